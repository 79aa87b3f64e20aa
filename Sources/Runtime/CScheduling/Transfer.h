// Direct parking's last step: from the task that has parked straight into the next one.
#pragma once
#include "SelfTest.h"
#include "Workers.h"

#if defined(MARTLET_DIRECT)

static inline __attribute__((always_inline)) MartletRunnable next_runnable(MartletWorker *worker, uintptr_t frame) {
  // Called from deeper than the loop, by a task that another task started inline: unwind to the starter first.
  if (frame != worker->parkedFrame) return 0;
  if ((martlet_switched(worker) & 63) == 0) {
    worker->fair = 1;
    return 0;
  }
  MartletRunnable next = martlet_take_next(worker);
  if (!next) next = martlet_queue_pop(worker);
  if (!next) next = martlet_starts_pop(worker);
  if (!(next & MartletJobTag)) return next;
  // A job of the runtime: the loop has to run it. Nobody else fills an empty runNext of ours.
  if (!__atomic_load_n(&worker->runNext, __ATOMIC_RELAXED)) {
    __atomic_store_n(&worker->runNext, next, __ATOMIC_RELEASE);
  } else {
    martlet_queue_push(worker, next);
  }
  return 0;
}

// Runs the next task in place of the one that has parked, by a jump, or returns to the loop. What is resumed takes a
// context and nothing else. There is no `musttail` where it would ask for equal signatures: the calling convention makes
// every returned call a jump.
#define MARTLET_TRANSFER(thread)                                                                                      \
  do {                                                                                                                \
    MartletWorker *worker = (thread)->worker;                                                                         \
    if (!worker) return;                                                                                              \
    MartletTask *next = (MartletTask *)next_runnable(worker, (uintptr_t)__builtin_frame_address(0));                  \
    if (!next) return;                                                                                                \
    *(thread)->activeTask = next;                                                                                     \
    worker->epoch = __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) & ~MartletUnwatched;                      \
    return ((MartletResume)next->resumeFunction)(next->resumeContext);                                                \
  } while (0)

// Runs this task at once in place of the one that has parked, if it parked directly itself; otherwise makes it runnable.
#define MARTLET_TRANSFER_TO(thread, token)                                                                            \
  do {                                                                                                                \
    MartletWorker *worker = (thread)->worker;                                                                         \
    if (!worker || ((token)&MartletTokenTags) || (uintptr_t)__builtin_frame_address(0) != worker->parkedFrame ||      \
        (martlet_switched(worker) & 63) == 0) {                                                                       \
      martlet_resume(token);                                                                                          \
      MARTLET_TRANSFER(thread);                                                                                       \
    }                                                                                                                 \
    MartletTask *next = (MartletTask *)(token);                                                                       \
    *(thread)->activeTask = next;                                                                                     \
    worker->epoch = __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) & ~MartletUnwatched;                      \
    return ((MartletResume)next->resumeFunction)(next->resumeContext);                                                \
  } while (0)

// Whether a child's task, which becomes idle, may park on this thread: it has no preference for an executor.
static inline bool martlet_idles_directly(MartletThreadState *thread) {
  if (!martlet_direct) return false;
  if (__builtin_expect(thread->activeTask == NULL, 0) && !martlet_parking_attach_thread()) return false;
  return *thread->activeTask != NULL && *thread->accessSet == NULL;
}

static inline MartletToken save(MartletThreadState *thread, MartletAsyncContext *context, void *resume) {
  MartletTask *task = *thread->activeTask;
  task->resumeFunction = resume;
  task->resumeContext = context;
  *thread->activeTask = NULL;
  return (MartletToken)task;
}

#endif
