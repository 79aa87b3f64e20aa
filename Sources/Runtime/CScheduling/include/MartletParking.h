// Parking: how a task stops running until it is resumed, and how it hears of its cancellation meanwhile.
//
// *Direct* parking stores the task's continuation in the task itself and jumps into the next task, with no detour
// through the runtime. It relies on the layout of a task, which SelfTest.c has proved in this very process, and is used
// only where nothing of the caller's context would be lost: see martlet_cancellation_begin. Documentation/Decisions
// 0005 tells the whole story.
//
// *By a hop*: where direct parking is out of the question and the task runs on a worker of ours, it switches to an
// executor of ours, which runs nothing: it keeps the job that the runtime hands to it, until whoever resumes the task
// has a worker run it. That takes two thirds of what suspending and resuming by a continuation does, and relies on
// nothing but that a custom executor is handed what is switched to it (Suspension.swift). *By a continuation*:
// everywhere else.
//
// I1. The lock given to a park is released after the task can be resumed, never before.
// I2. No lock is held across a call of an async Swift function, but for the park itself.
// I3. Nothing of the task, its context or the waiter is touched after that lock is released.
// I4. A closure that is called once a task has suspended has no current task: it asks neither for that nor for its
//     cancellation.
#pragma once
#include "MartletScheduler.h"
#include "MartletSelect.h"

typedef enum __attribute__((enum_extensibility(closed))) MartletBegin : uint8_t {
  MartletBeginLinked = 0,     // linked: park with the `parking` that was set
  MartletBeginCancelled = 1,  // the task is cancelled; nothing was linked
  MartletBeginUnlocked = 2,   // cannot be done under a lock: release it and take the portable way, or try again
} MartletBegin;

// The parking that this process decided on at start-up.
void martlet_parking_decide(void);         // decides, if need be; may start the workers and wait for the self-test
bool martlet_parking_direct(void);         // decides, if need be; may start the workers and wait for the self-test
const char *martlet_parking_reason(void);  // why parking is not direct; "" if it is

// Readies the thread-locals of this thread. False where they are not known.
bool martlet_parking_attach_thread(void);
void martlet_parking_prepare(MartletWorker *worker);

bool martlet_is_cancelled_slow(void);

// Whether the current task is cancelled. Costs two loads on threads that are attached.
static inline bool martlet_is_cancelled(void) {
  void **active = martlet_thread.activeTask;
  if (__builtin_expect(active == NULL, 0)) return martlet_is_cancelled_slow();
  // ORDERING: relaxed: cancellation is asynchronous; the record linked by _begin decides races.
  return (__atomic_load_n((uint32_t *)((char *)*active + 0x60), __ATOMIC_RELAXED) & 0x100) != 0;
}

// Registers the waiter, or the select, with its task, so that cancelling the task resumes it. The channel's lock is
// held, or all of the select's. `isolated`: the caller runs on an actor.
MartletBegin martlet_cancellation_begin(MartletWaiter *waiter, bool isolated);
MartletBegin martlet_cancellation_begin_select(MartletSelect *select, bool isolated);
struct MartletScope;
MartletBegin martlet_cancellation_begin_scope(struct MartletScope *scope, bool isolated, MartletParking *parking);
// Whether the current task may park directly, apart from its cancellation.
bool martlet_may_park_directly(bool isolated);
// Takes the registration back after the wake-up, waiting for a canceller that is at work. No lock is held.
void martlet_cancellation_end(MartletRecord *record);

static inline void martlet_site_note(MartletWaiter *waiter, MartletSite site) {
  waiter->file = site.file;
  waiter->fileLength = site.fileLength;
  waiter->line = site.line;
  waiter->since = martlet_now_coarse();
}
// Who waits, where the token will not tell it.
void martlet_task_note(MartletWaiter *waiter);

// A waiter for an operation that cannot happen now. The channel's lock is held. Where its `parking` is direct it is
// registered and queued, and the lock is still held: the task has to park. Otherwise the lock has been released and the
// waiter is not queued: the way to suspension leads through async functions, which may change executors, and a task
// must not be taken off its thread with a lock in its hands. A sender's payload is the caller's to fill in.
MartletWaiter *martlet_wait_begin(MartletChannel *channel, MartletOperation operation, size_t size, size_t alignment,
                                  MartletSite site, bool isolated);
// After the wake-up, or instead of it. The waiter is not freed.
void martlet_wait_end(MartletWaiter *waiter);

// The canceller's side, for the portable way. No lock is held.
void martlet_waiter_cancel(MartletWaiter *waiter);
void martlet_select_cancel(MartletSelect *select);

// The runtime's SerialExecutorRef.
typedef struct MartletExecutorReference {
  void *identity;
  uintptr_t implementation;
} MartletExecutorReference;

// The executor that tasks hop to.
void martlet_halt_set(MartletExecutorReference executor);
typedef enum __attribute__((enum_extensibility(closed))) MartletHopping : uint8_t {
  MartletMayNotHop = 0,
  MartletMayHop = 1,
  MartletMayHopUnlessItPrefers = 2,  // if the task has no preference for an executor, which the runtime has to tell
} MartletHopping;
// Whether the current task may wait by a hop. `isolated`: the caller runs on an actor.
MartletHopping martlet_may_hop(bool isolated);
// The runtime has handed the task to our executor: it may be resumed from here on.
void martlet_hopped(void *job);

// Blocks the thread until the waiter is resumed. The lock is held and released.
void martlet_thread_wait(MartletWaiter *waiter, MartletLock *lock);

// Who waits, for inspection: the current task, or null.
void *martlet_current_task(void);
