// Workers: the threads on which tasks run, and how a woken task reaches one.
//
// A woken task goes to `runNext` of the worker that woke it, so that partners of a channel stay on one core; what was
// there moves to the worker's queue, from which others steal. See Workers.c for the rules of waking and sleeping.
//
// I1. Each task in `runNext` or in a queue is there once. Only its owner fills `runNext`. It empties it, or puts
//     another task there, between `taking` and what follows, which says that it may; a thief, of which there is one at
//     a time, between `robbed` and what follows. A thief passes a fence in every thread between the two, and the owner
//     none: it takes a task at every switch, and a thief takes one in microseconds at best.
//     Specifications/run-next.csp.
// I2. A worker goes to sleep only after it has announced itself idle and looked at every queue again.
#pragma once
#include "MartletThread.h"

enum { MartletQueueSlots = 256, MartletStartSlots = 1024 };

// A runnable: a task that parked directly (no tag: its resume function may be jumped to), or any job of the runtime
// (tagged: it must go through swift_job_run).
typedef uintptr_t MartletRunnable;
enum { MartletJobTag = MartletHopTag };

typedef struct MartletWorker {
  MartletRunnable runNext;
  uintptr_t parkDepth;    // from the loop to martlet_park, on the stack
  uintptr_t parkedFrame;  // the stack at martlet_park when the loop called the task
  uint32_t switches;
  uint32_t fair;          // the next pick starts with the queues
  uint32_t epoch;         // of martlet_watch when the current task began to run
  uint32_t id;
  uint32_t fairTurn;
  uint8_t taking;         // the owner is at `runNext`
  uint8_t robbed;         // the thief is
  void **activeTask;      // of its thread, which does not end; null while unknown
  uint32_t head __attribute__((aligned(64)));
  uint32_t tail __attribute__((aligned(64)));
  MartletRunnable queue[MartletQueueSlots];
  // Children that have not begun: a stack to its worker, which runs the newest first and so keeps few unfinished ones,
  // and a queue to thieves, who take the oldest.
  MartletLock startLock __attribute__((aligned(64)));
  uint32_t startHead, startTail;
  MartletRunnable starts[MartletStartSlots];
  uint32_t startsLost;    // how often others took some; under the lock
  // For thrift, see Workers.c:
  uint32_t stolen;        // children that it took from another worker at once; 0: that has been judged
  uint32_t lostBefore;    // `startsLost` then
  int64_t stoleAt;
  struct MartletWorker *stolenFrom;
  int64_t thriftyUntil;   // until then its children are left to it
} MartletWorker;

// What the watching idle worker tells the busy ones: `epoch` counts its looks; its top bit is set while nobody watches.
typedef struct MartletWatch {
  uint32_t epoch;
  int64_t now;  // nanoseconds of CLOCK_MONOTONIC at its last look
} __attribute__((aligned(64))) MartletWatch;
extern MartletWatch martlet_watch;
enum : uint32_t { MartletUnwatched = 1u << 31 };

// Puts it into `runNext` of this worker, and what is there into its queue.
void martlet_ready_displacing(MartletWorker *worker, MartletRunnable runnable);
void martlet_ready_watched(MartletWorker *worker, MartletRunnable runnable);
void martlet_ready_foreign(MartletRunnable runnable);
void martlet_resume_foreign(MartletToken token);
// Makes a child that has not begun runnable. Whatever has begun goes first on the worker that calls this.
void martlet_start(MartletRunnable runnable);

// Makes a task that parked runnable. Never called under a lock.
static inline void martlet_resume(MartletToken token) {
  if (__builtin_expect(martlet_is_foreign(token), 0)) {
    martlet_resume_foreign(token);
    return;
  }
  MartletWorker *worker = martlet_thread.worker;
  // It runs as soon as the current task parks: its task's resume point and status are wanted in the cache by then.
  __builtin_prefetch((char *)token + 0x38, 1);
  __builtin_prefetch((char *)token + 0x68, 1);
  if (__builtin_expect(worker == NULL, 0)) {
    martlet_ready_foreign(token);
    return;
  }
  // A task that has run from one look to the next, and not merely across one, keeps its core; see Workers.c.
  // ORDERING: relaxed: the epoch is advice; being one look late costs one hand-over.
  if (__builtin_expect(__atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) - worker->epoch > 1, 0)) {
    martlet_ready_watched(worker, token);
    return;
  }
  // ORDERING: only the owner stores a task here, so that an empty slot stays empty; release publishes to a thief what
  // the task will read.
  if (__builtin_expect(__atomic_load_n(&worker->runNext, __ATOMIC_RELAXED) == 0, 1)) {
    __atomic_store_n(&worker->runNext, token, __ATOMIC_RELEASE);
    return;
  }
  martlet_ready_displacing(worker, token);
}

// Starts the workers, once; later calls do nothing. `count` 0: MARTLET_WORKERS, else a worker a core.
void martlet_scheduler_start(uint32_t count);
uint32_t martlet_scheduler_workers(void);
// Sends every job of the global executor to the workers, from now on. False where the runtime has no such hook.
bool martlet_scheduler_adopt(void);
int64_t martlet_now(void);         // CLOCK_MONOTONIC
int64_t martlet_soon(void);        // not before that, and less than two microseconds after it: for deadlines; cheaper
// The same, as of the last look of the watching worker, where a worker asks.
static inline int64_t martlet_now_coarse(void) {
  if (__builtin_expect(martlet_thread.worker == NULL, 0)) return martlet_now();
  // ORDERING: relaxed: a time and nothing else.
  return __atomic_load_n(&martlet_watch.now, __ATOMIC_RELAXED);
}
