// Parking and cancellation: the direct way and what is common to all ways.
#include "MartletParking.h"

#include <stdlib.h>
#include <string.h>

#include "Children.h"
#include "MartletAlarms.h"
#include "SelfTest.h"
#include "Transfer.h"

// ---- Cancellation

// The canceller's thread, which holds the task's status lock: I4 of the waiter keeps it alive meanwhile.
void martlet_waiter_cancel(MartletWaiter *waiter) {
  MartletLock *lock = martlet_lock_of(waiter);
  martlet_lock(lock);
  if (martlet_standing(waiter) != MartletStandingQueued) {
    martlet_standing_set(waiter, MartletStandingToBeCancelled);  // not queued yet: seen when it is to be; or completed: nobody looks
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

typedef MARTLET_SWIFT void (*Handler)(MARTLET_CONTEXT void *);
static MARTLET_SWIFT void waiter_handler(MARTLET_CONTEXT void *waiter) { martlet_waiter_cancel(waiter); }
static MARTLET_SWIFT void select_handler(MARTLET_CONTEXT void *select) { martlet_select_cancel(select); }
static MARTLET_SWIFT void child_handler(MARTLET_CONTEXT void *child) { martlet_child_cancelled(child); }
static MARTLET_SWIFT void scope_handler(MARTLET_CONTEXT void *scope) {
  martlet_scope_cancel(scope, ((MartletScope *)scope)->generation, MartletSurrounding);
}

// Puts flags and head in the place of a task's, if neither has changed.
// ORDERING: a locked instruction is a full barrier: a record is written before it can be found, and what a canceller's
// handler wrote is seen once the records are unlocked.
static bool exchange_status(MartletTask *task, uint64_t flags, void *head, uint64_t newFlags, void *newHead) {
  bool done;
  uint64_t low = flags, high = (uint64_t)(uintptr_t)head;
  __asm__ volatile("lock cmpxchg16b %1"
                   : "=@ccz"(done), "+m"(*(unsigned __int128 *)&task->status), "+a"(low), "+d"(high)
                   : "b"(newFlags), "c"((uint64_t)(uintptr_t)newHead)
                   : "memory");
  return done;
}

static inline bool may_park_directly(const MartletTask *task, bool isolated) {
  return martlet_direct && !isolated && !martlet_has_preference(task) && *martlet_thread.accessSet == NULL;
}

bool martlet_may_park_directly(bool isolated) {
  void **active = martlet_thread.activeTask;
  MartletTask *task = active ? *active : NULL;
  return task && may_park_directly(task, isolated);
}

// Makes a canceller of the current task find `argument`, unless the task is cancelled or its records are locked by
// another thread. A child of ours has a record that stays, and only says what it waits on; for another task a record is
// linked: flags and head are one 16-byte word and are compared together.
static inline MartletBegin begin(MartletRecord *record, Handler handler, void *argument, uintptr_t kind, bool isolated,
                                 MartletParking *parking) {
  void **active = martlet_thread.activeTask;
  if (!active) return MartletBeginUnlocked;
  MartletTask *task = *active;
  if (!task) return MartletBeginUnlocked;
  uint64_t flags = __atomic_load_n((uint64_t *)&task->status, __ATOMIC_RELAXED);
  MartletRecord *head = __atomic_load_n((MartletRecord **)&task->innermostRecord, __ATOMIC_RELAXED);
  if (flags & MartletStatusCancelled) return MartletBeginCancelled;
  if (head && head->flags == martlet_record_flags && head->function == (void *)child_handler) {
    MartletChild *child = martlet_child_of(head, record);
    record->function = NULL;
    record->argument = child;
    // ORDERING: see I3 of MartletNursery.h: the canceller has the fence.
    __atomic_store_n(&child->current, (uintptr_t)argument | kind, __ATOMIC_RELEASE);
    martlet_fence_here();
    if (__builtin_expect(__atomic_load_n(&child->telling, __ATOMIC_RELAXED) != MartletUntold, 0)) {
      __atomic_store_n(&child->current, 0, __ATOMIC_RELEASE);
      return MartletBeginCancelled;
    }
  } else {
    if (flags & MartletStatusLocked) return MartletBeginUnlocked;
    record->flags = martlet_record_flags;
    record->parent = head;
    record->function = (void *)handler;
    record->argument = argument;
    if (!exchange_status(task, flags, head, flags, record)) return MartletBeginUnlocked;
  }
  *parking = may_park_directly(task, isolated) ? MartletDirect : MartletRegistered;
  return MartletBeginLinked;
}

MartletBegin martlet_cancellation_begin(MartletWaiter *waiter, bool isolated) {
  return begin(&waiter->record, waiter_handler, waiter, MartletCurrentWaiter, isolated, &waiter->parking);
}

MartletBegin martlet_cancellation_begin_select(MartletSelect *select, bool isolated) {
  return begin(&select->record, select_handler, select, MartletCurrentSelect, isolated, &select->parking);
}

MartletBegin martlet_cancellation_begin_scope(MartletScope *scope, bool isolated, MartletParking *parking) {
  return begin(&scope->record, scope_handler, scope, MartletCurrentScope, isolated, parking);
}

// Takes the innermost record off, unless the records are locked. A canceller that is at work holds their lock, which
// shows in the flags and need not show at the head of the list: the runtime of 6.3 leaves the head as it is.
bool martlet_unlink_record(MartletTask *task, MartletRecord *record) {
  uint64_t flags = __atomic_load_n((uint64_t *)&task->status, __ATOMIC_RELAXED);
  return !(flags & MartletStatusLocked) && exchange_status(task, flags, record, flags, record->parent);
}

static void unlink_record(MartletTask *task, MartletRecord *record) {
  for (unsigned round = 0; !martlet_unlink_record(task, record); round++)
    martlet_wait_a_little(round);
}

void martlet_cancellation_end(MartletRecord *record) {
  if (__builtin_expect(record->function != NULL, 0)) {
    unlink_record((MartletTask *)martlet_current_task(), record);
    return;
  }
  MartletChild *child = record->argument;
  // ORDERING: as in begin: a canceller that missed this store has set `telling` before our load.
  __atomic_store_n(&child->current, 0, __ATOMIC_RELEASE);
  martlet_fence_here();
  if (__builtin_expect(__atomic_load_n(&child->telling, __ATOMIC_RELAXED) == MartletTelling, 0))
    martlet_child_settle(child);
}

static MartletChild *current_child(void) {
  MartletTask *task = martlet_thread.activeTask ? martlet_current_task() : NULL;
  MartletRecord *head = task ? __atomic_load_n((MartletRecord **)&task->innermostRecord, __ATOMIC_RELAXED) : NULL;
  bool isChild = head && head->flags == martlet_record_flags && head->function == (void *)child_handler;
  return isChild ? martlet_child_of(head, record) : NULL;
}

void martlet_current_child_settle(void) {
  MartletChild *child = current_child();
  if (child) martlet_child_settle(child);
}

void martlet_current_child_catch_up(void) {
  MartletChild *child = current_child();
  if (!child || martlet_scope_reason(child->scope) == MartletNotCancelled) return;
  // Whoever set the reason tells everybody in the scope.
  for (unsigned round = 0; __atomic_load_n(&child->telling, __ATOMIC_ACQUIRE) != MartletTold; round++)
    martlet_wait_a_little(round);
}

void martlet_link_child(MartletChild *child) {
  MartletTask *task = child->task;
  child->record.flags = martlet_record_flags;
  child->record.function = (void *)child_handler;
  child->record.argument = child;
  for (;;) {
    uint64_t flags = __atomic_load_n((uint64_t *)&task->status, __ATOMIC_RELAXED);
    void *head = __atomic_load_n(&task->innermostRecord, __ATOMIC_RELAXED);
    child->record.parent = child->nameRecord.parent = head;
    if (child->nameRecord.name) {
      child->nameRecord.flags = martlet_name_record_flags;
      child->record.parent = &child->nameRecord;
    }
    if (!(flags & MartletStatusLocked) && exchange_status(task, flags, head, flags, &child->record)) return;
    martlet_pause();
  }
}

void martlet_unlink_child(MartletChild *child) { unlink_record(child->task, &child->record); }

void martlet_uncancel(MartletTask *task) {
  for (;;) {
    uint64_t flags = __atomic_load_n((uint64_t *)&task->status, __ATOMIC_RELAXED);
    if (!(flags & MartletStatusCancelled)) return;
    void *head = __atomic_load_n(&task->innermostRecord, __ATOMIC_RELAXED);
    uint64_t cleared = flags & ~(uint64_t)MartletStatusCancelled;
    if (!(flags & MartletStatusLocked) && exchange_status(task, flags, head, cleared, head)) return;
    martlet_pause();
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
MartletBegin martlet_cancellation_begin_scope(MartletScope *scope, bool isolated, MartletParking *parking) {
  (void)scope, (void)isolated, (void)parking;
  return MartletBeginUnlocked;
}
void martlet_cancellation_end(MartletRecord *record) { (void)record; }
void martlet_current_child_settle(void) {}
void martlet_current_child_catch_up(void) {}
bool martlet_may_park_directly(bool isolated) { return (void)isolated, false; }

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
      martlet_current_child_settle();
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
  if (waiter->parking <= MartletRegistered) martlet_cancellation_end(&waiter->record);
}

// ---- Resuming what did not park directly

void martlet_resume_foreign(MartletToken token) {
  void *target = (void *)(token & ~(uintptr_t)MartletTokenTags);
  if ((token & MartletTokenTags) == MartletContinuationTag) {
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

// ---- Waiting by a hop

static MartletExecutorReference halt;

void martlet_halt_set(MartletExecutorReference executor) { halt = executor; }

#if defined(MARTLET_PARK_FUNCTIONS)

extern MARTLET_ASYNC void swift_task_switch(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context, MartletResume resume,
                                            MartletExecutorReference executor);

// Swift calls it as a `nonisolated(nonsending)` async function of one closure. The task resumes its caller: there is
// nothing to come back to here, and so no switch back.
MARTLET_ASYNC __attribute__((noinline)) void martlet_hop(void *isolation, void *isolationTable, void *function,
                                                        void *closure,
                                                        MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  (void)isolation, (void)isolationTable;
  martlet_thread.hop = (MartletHop){function, closure};
  // A jump without the attribute, as in ChildTasks.c.
  return swift_task_switch(context, (MartletResume)context->resume, halt);
}
MARTLET_ASYNC_POINTER(martlet_hop);

#endif

MartletHopping martlet_may_hop(bool isolated) {
  if (isolated || !martlet_thread.worker) return MartletMayNotHop;
#if defined(MARTLET_DIRECT)
  void **active = martlet_thread.activeTask;
  if (active) return *active && !martlet_has_preference(*active) ? MartletMayHop : MartletMayNotHop;
#endif
  return MartletMayHopUnlessItPrefers;
}

void martlet_hopped(void *job) {
  MartletHop hop = martlet_thread.hop;
  martlet_thread.hop.function = NULL;
  // A job has come to the executor of those who wait that no hop of this thread has sent there.
  if (!hop.function) abort();
  typedef MARTLET_SWIFT void (*Then)(MartletToken, MARTLET_CONTEXT void *);
  ((Then)hop.function)((MartletToken)job | MartletHopTag, hop.context);
}

// ---- Direct parking

#if defined(MARTLET_DIRECT)

// Swift calls these as `nonisolated(nonsending)` async functions of two arguments; the two before are the isolation.
MARTLET_ASYNC __attribute__((noinline)) void martlet_park(void *isolation, void *isolationTable, void *waiter, void *lock,
                                                         MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletThreadState *thread = &martlet_thread;
  ((MartletWaiter *)waiter)->token = save(thread, context, context->resume);
  martlet_unlock(lock);
  MARTLET_TRANSFER(thread);
}
MARTLET_ASYNC_POINTER(martlet_park);

MARTLET_ASYNC __attribute__((noinline)) void martlet_park_select(void *isolation, void *isolationTable, void *select,
                                                                void *unused,
                                                                MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletThreadState *thread = &martlet_thread;
  martlet_select_parked(select, save(thread, context, context->resume));
  MARTLET_TRANSFER(thread);
}
MARTLET_ASYNC_POINTER(martlet_park_select);

typedef struct ScopeContext {
  MartletAsyncContext base;
  MartletScope *scope;
  void *unused;
} ScopeContext;
_Static_assert(sizeof(ScopeContext) == 32, "the size given to MARTLET_ASYNC_POINTER_SIZED below");

// Everything in the scope has ended: what the body returned is in its place, and what it threw is thrown.
static MARTLET_ASYNC void scope_ended(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletScope *scope = ((ScopeContext *)context)->scope;
  martlet_scope_close(scope);
  void *error = scope->thrown;
  typedef MARTLET_ASYNC void (*Resume)(MARTLET_ASYNC_CONTEXT MartletAsyncContext *, MARTLET_CONTEXT void *);
  return ((Resume)context->resume)(context, error);
}

// The opener waits; its body runs next, and puts what it returns where the first argument says.
MARTLET_ASYNC __attribute__((noinline)) void martlet_park_scope(void *result, void *isolation, void *isolationTable,
                                                               void *scope, void *body, void *resultType,
                                                               MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletThreadState *thread = &martlet_thread;
  ((ScopeContext *)context)->scope = scope;
  ((MartletScope *)scope)->result = result;
  ((MartletScope *)scope)->opener = save(thread, context, (void *)scope_ended);
  martlet_body_enter(scope, body);
  MartletChild *child = body;
  if (child->fresh || child->cancelsAtStart) {
    martlet_child_ready(child);
    MARTLET_TRANSFER(thread);
  }
  MARTLET_TRANSFER_TO(thread, child->token);
}
MARTLET_ASYNC_POINTER_SIZED(martlet_park_scope, "32");

#endif

#if defined(MARTLET_PARK_FUNCTIONS) && !defined(MARTLET_DIRECT)

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

MARTLET_ASYNC void martlet_park_scope(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  (void)context;
  abort();
}
MARTLET_ASYNC_POINTER_SIZED(martlet_park_scope, "32");

#endif
