// Shared by the files of the scheduler, not with Swift.
#pragma once
#include "Fences.h"
#include "MartletScheduler.h"
#include "Pause.h"
#include "Futex.h"
#include "SwiftRuntime.h"

enum { MartletWorkerLimit = 64 };

// Counts a switch of this worker, whose owner alone writes the count.
// ORDERING: relaxed: the watching worker compares two of its values, and nothing is published by it.
static inline uint32_t martlet_switched(MartletWorker *worker) {
  uint32_t switches = __atomic_load_n(&worker->switches, __ATOMIC_RELAXED) + 1;
  __atomic_store_n(&worker->switches, switches, __ATOMIC_RELAXED);
  return switches;
}

// There are more idle tasks than are to be kept, and this thread is no worker.
void martlet_wake_for_surplus(void);

MartletRunnable martlet_replace_next_slowly(MartletWorker *worker, MartletRunnable runnable);

// Puts a runnable, or 0, in the place of what is in `runNext` of this worker, which is returned.
static inline MartletRunnable martlet_replace_next(MartletWorker *worker, MartletRunnable runnable) {
  // ORDERING: see Fences.h: either the thief sees this worker taking, or this worker sees itself robbed. Acquire: after
  // a robbery that has ended the place is seen as the thief has left it.
  __atomic_store_n(&worker->taking, 1, __ATOMIC_RELAXED);
  martlet_fence_here();
  if (__builtin_expect(__atomic_load_n(&worker->robbed, __ATOMIC_ACQUIRE), 0))
    return martlet_replace_next_slowly(worker, runnable);
  MartletRunnable old = __atomic_load_n(&worker->runNext, __ATOMIC_RELAXED);
  // ORDERING: release, both: a thief sees what the task wrote that woke it, and the slot as it is left.
  __atomic_store_n(&worker->runNext, runnable, __ATOMIC_RELEASE);
  __atomic_store_n(&worker->taking, 0, __ATOMIC_RELEASE);
  return old;
}

// Takes the next runnable of this worker without looking at other workers; 0 if there is none.
static inline MartletRunnable martlet_take_next(MartletWorker *worker) {
  return __atomic_load_n(&worker->runNext, __ATOMIC_RELAXED) ? martlet_replace_next(worker, 0) : 0;
}

static inline MartletRunnable martlet_queue_pop(MartletWorker *worker) {
  uint32_t head = __atomic_load_n(&worker->head, __ATOMIC_ACQUIRE);
  while (head != worker->tail) {
    MartletRunnable runnable = __atomic_load_n(&worker->queue[head % MartletQueueSlots], __ATOMIC_RELAXED);
    // ORDERING: acquire-release: thieves move `head` too; whoever moves it owns the slot's content.
    if (__atomic_compare_exchange_n(&worker->head, &head, head + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
      return runnable;
  }
  return 0;
}

// The newest child that has not begun, for its worker.
static inline MartletRunnable martlet_starts_pop(MartletWorker *worker) {
  // ORDERING: relaxed: the owner sees its own pushes; a thief makes it fewer, which the lock tells.
  if (__atomic_load_n(&worker->startHead, __ATOMIC_RELAXED) == __atomic_load_n(&worker->startTail, __ATOMIC_RELAXED)) return 0;
  MartletRunnable runnable = 0;
  martlet_lock(&worker->startLock);
  uint32_t tail = worker->startTail;
  if (tail != worker->startHead) {
    runnable = worker->starts[--tail % MartletStartSlots];
    __atomic_store_n(&worker->startTail, tail, __ATOMIC_RELAXED);
  }
  martlet_unlock(&worker->startLock);
  return runnable;
}

void martlet_queue_push(MartletWorker *worker, MartletRunnable runnable);
void martlet_enqueue_job(void *job);

// Runs a task or job on this thread until it suspends, and notes at which depth of the stack. `isPlain`: it is a task
// that wants no executor of its own; what parks directly has been called with that, or the depth would not be known.
void martlet_run(MartletTask *job, bool isPlain);
extern __thread uintptr_t martlet_run_frame __attribute__((tls_model("initial-exec")));
