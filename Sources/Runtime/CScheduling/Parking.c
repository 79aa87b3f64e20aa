// Parking and cancellation: the direct way and what is common to all ways.
#include "MartletParking.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "MartletAlarms.h"
#include "SelfTest.h"
#include "Workers.h"

// ---- Cancellation

// The canceller's thread, which holds the task's status lock: I4 of the waiter keeps it alive meanwhile.
void martlet_waiter_cancel(MartletWaiter *waiter) {
  MartletLock *lock = martlet_lock_of(waiter);
  martlet_lock(lock);
  if (!waiter->queued) {
    waiter->cancelled = 1;  // not queued yet: seen when it is to be; or completed: nobody looks
    martlet_unlock(lock);
    return;
  }
  if (waiter->operation == MartletAlarm) martlet_alarm_unlink(waiter);
  else martlet_unlink_any(waiter);
  martlet_outcome_set(waiter, MartletCancelled);
  MartletToken token = waiter->token;
  martlet_unlock(lock);
  martlet_resume(token);
}

#if defined(MARTLET_DIRECT)

static MARTLET_SWIFT void waiter_handler(MARTLET_CONTEXT void *waiter) { martlet_waiter_cancel(waiter); }
static MARTLET_SWIFT void select_handler(MARTLET_CONTEXT void *select) { martlet_select_cancel(select); }

// Puts `to` in the place of `from` at the head of a task's records, if neither it nor the flags have changed.
// ORDERING: a locked instruction is a full barrier: a record is written before it can be found, and what a canceller's
// handler wrote is seen once the records are unlocked.
static bool exchange_status(MartletTask *task, uint64_t flags, void *from, void *to) {
  bool done;
  uint64_t low = flags, high = (uint64_t)(uintptr_t)from;
  __asm__ volatile("lock cmpxchg16b %1"
                   : "=@ccz"(done), "+m"(*(unsigned __int128 *)&task->status), "+a"(low), "+d"(high)
                   : "b"(flags), "c"((uint64_t)(uintptr_t)to)
                   : "memory");
  return done;
}

// Links `record` as the innermost of the current task's status records, unless the task is cancelled or its records
// are locked by another thread: flags and head are one 16-byte word and are compared together.
static MartletBegin link_record(MartletRecord *record, void (*handler)(void), void *argument, bool isolated,
                                MartletParking *parking) {
  void **active = martlet_thread.activeTask;
  if (!active) return MartletBeginUnlocked;
  MartletTask *task = *active;
  if (!task) return MartletBeginUnlocked;
  uint64_t flags = __atomic_load_n((uint64_t *)&task->status, __ATOMIC_RELAXED);
  void *parent = __atomic_load_n(&task->innermostRecord, __ATOMIC_RELAXED);
  if (flags & MartletStatusCancelled) return MartletBeginCancelled;
  if (flags & MartletStatusLocked) return MartletBeginUnlocked;
  record->flags = martlet_record_flags;
  record->parent = parent;
  record->function = (void *)handler;
  record->argument = argument;
  if (!exchange_status(task, flags, parent, record)) return MartletBeginUnlocked;
  bool direct = martlet_direct && !isolated && !(flags & MartletStatusPreference) &&
                !(task->flags & MartletJobPreference) && *martlet_thread.accessSet == NULL;
  *parking = direct ? MartletDirect : MartletContinuation;
  return MartletBeginLinked;
}

MartletBegin martlet_cancellation_begin(MartletWaiter *waiter, bool isolated) {
  return link_record(&waiter->record, (void (*)(void))waiter_handler, waiter, isolated, &waiter->parking);
}

MartletBegin martlet_cancellation_begin_select(MartletSelect *select, bool isolated) {
  return link_record(&select->record, (void (*)(void))select_handler, select, isolated, &select->parking);
}

// Takes the innermost record off, unless the records are locked. A canceller that is at work holds their lock, which
// shows in the flags and need not show at the head of the list: the runtime of 6.3 leaves the head as it is.
bool martlet_unlink_record(MartletTask *task, MartletRecord *record) {
  uint64_t flags = __atomic_load_n((uint64_t *)&task->status, __ATOMIC_RELAXED);
  return !(flags & MartletStatusLocked) && exchange_status(task, flags, record, record->parent);
}

void martlet_cancellation_end(MartletRecord *record) {
  MartletTask *task = (MartletTask *)martlet_current_task();
  for (unsigned round = 0; !martlet_unlink_record(task, record); round++) {
    if (round < 64) martlet_pause();
    else sched_yield();
  }
}

#else

MartletBegin martlet_cancellation_begin(MartletWaiter *waiter, bool isolated) {
  (void)waiter, (void)isolated;
  return MartletBeginUnlocked;
}
MartletBegin martlet_cancellation_begin_select(MartletSelect *select, bool isolated) {
  (void)select, (void)isolated;
  return MartletBeginUnlocked;
}
void martlet_cancellation_end(MartletRecord *record) { (void)record; }

#endif

bool martlet_is_cancelled_slow(void) {
  martlet_parking_attach_thread();
  MartletTask *task = swift_task_getCurrent();
  return task && swift_task_isCancelled(task);
}

void *martlet_current_task(void) {
  void **active = martlet_thread.activeTask;
  return active ? *active : (void *)swift_task_getCurrent();
}

// ---- Waits

void martlet_site_note(MartletWaiter *waiter, MartletSite site) {
  waiter->file = site.file;
  waiter->fileLength = site.fileLength;
  waiter->line = site.line;
  waiter->since = martlet_now_coarse();
}

void martlet_task_note(MartletWaiter *waiter) {
  waiter->task = martlet_current_task();
  waiter->taskName = waiter->task ? swift_task_getCurrentTaskName() : NULL;
}

MartletWaiter *martlet_wait_begin(MartletChannel *channel, MartletOperation operation, size_t size, size_t alignment,
                                  MartletSite site, bool isolated) {
  MartletWaiter *waiter = martlet_waiter_allocate(size, alignment);
  martlet_waiter_aim(waiter, channel, operation);
  martlet_site_note(waiter, site);
  switch (martlet_cancellation_begin(waiter, isolated)) {
    case MartletBeginLinked:
      if (waiter->parking != MartletDirect) martlet_unlock(&channel->lock);
      else if (operation == MartletSend) martlet_enqueue_sender(waiter);
      else martlet_enqueue_receiver(waiter);
      break;
    case MartletBeginCancelled:
      martlet_outcome_set(waiter, MartletCancelled);
      waiter->parking = MartletNotParked;
      martlet_unlock(&channel->lock);
      break;
    case MartletBeginUnlocked:
      waiter->parking = MartletPortable;
      martlet_unlock(&channel->lock);
      break;
  }
  if (waiter->parking != MartletDirect) martlet_task_note(waiter);
  return waiter;
}

void martlet_wait_end(MartletWaiter *waiter) {
  if (waiter->parking <= MartletContinuation) martlet_cancellation_end(&waiter->record);
}

// ---- Resuming what did not park directly

void martlet_resume_tagged(MartletToken token) {
  void *target = (void *)(token & ~(uintptr_t)MartletTokenTags);
  if (token & MartletContinuationTag) {
    swift_continuation_resume(target);
  } else {
    // ORDERING: release publishes the waiter's outcome to the thread, which loads the word with acquire.
    __atomic_store_n((uint32_t *)target, 1, __ATOMIC_RELEASE);
    martlet_futex_wake(target, INT32_MAX);
  }
}

void martlet_thread_wait(MartletWaiter *waiter, MartletLock *lock) {
  uint32_t word = 0;
  waiter->token = (MartletToken)&word | MartletThreadTag;
  waiter->parking = MartletThread;
  martlet_unlock(lock);
  while (__atomic_load_n(&word, __ATOMIC_ACQUIRE) == 0) martlet_futex_wait(&word, 0, -1);
}

// ---- Direct parking

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
  if (!(next & MartletJobTag)) return next;
  // A job of the runtime: the loop has to run it. Nobody else fills an empty runNext of ours.
  if (!__atomic_load_n(&worker->runNext, __ATOMIC_RELAXED)) {
    __atomic_store_n(&worker->runNext, next, __ATOMIC_RELEASE);
  } else {
    martlet_queue_push(worker, next);
  }
  return 0;
}

// Runs the next task in place of the one that has parked, by a jump, or returns to the loop.
#define MARTLET_TRANSFER(thread, first, second, third, fourth)                                                       \
  do {                                                                                                              \
    MartletWorker *worker = (thread)->worker;                                                                       \
    if (!worker) return;                                                                                            \
    MartletTask *next = (MartletTask *)next_runnable(worker, (uintptr_t)__builtin_frame_address(0));                \
    if (!next) return;                                                                                              \
    *(thread)->activeTask = next;                                                                                   \
    worker->epoch = __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) & ~MartletUnwatched;                                  \
    __attribute__((musttail)) return ((MartletResume)next->resumeFunction)(first, second, third, fourth,            \
                                                                           next->resumeContext);                    \
  } while (0)

static inline MartletToken save(MartletThreadState *thread, MartletAsyncContext *context) {
  MartletTask *task = *thread->activeTask;
  task->resumeFunction = context->resume;
  task->resumeContext = context;
  *thread->activeTask = NULL;
  return (MartletToken)task;
}

// Swift calls these as `nonisolated(nonsending)` async functions of two arguments; the two before are the isolation.
MARTLET_ASYNC __attribute__((noinline)) void martlet_park(void *isolation, void *isolationTable, void *waiter, void *lock,
                                                         MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletThreadState *thread = &martlet_thread;
  ((MartletWaiter *)waiter)->token = save(thread, context);
  martlet_unlock(lock);
  MARTLET_TRANSFER(thread, isolation, isolationTable, waiter, lock);
}
MARTLET_ASYNC_POINTER(martlet_park);

MARTLET_ASYNC __attribute__((noinline)) void martlet_park_select(void *isolation, void *isolationTable, void *select,
                                                                void *unused,
                                                                MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletThreadState *thread = &martlet_thread;
  martlet_select_parked(select, save(thread, context));
  MARTLET_TRANSFER(thread, isolation, isolationTable, select, unused);
}
MARTLET_ASYNC_POINTER(martlet_park_select);

#elif defined(MARTLET_PARK_FUNCTIONS)

// Under a sanitizer nothing parks directly; the names still have to be there.
MARTLET_ASYNC void martlet_park(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  (void)context;
  abort();
}
MARTLET_ASYNC_POINTER(martlet_park);

MARTLET_ASYNC void martlet_park_select(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  (void)context;
  abort();
}
MARTLET_ASYNC_POINTER(martlet_park_select);

#endif
