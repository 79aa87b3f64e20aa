// Cancel scopes, and the tasks that run in them.
//
// A *scope* is opened by a task, which waits until everything in it has ended: the body, which runs in a task of its own,
// and the children of a nursery. Cancelling a scope cancels the tasks in it; a task that waits for an inner scope passes
// the cancellation on. A *child* is such a task: where the layout of a task is proved it goes back to a pool when its
// work has ended, and the next child takes over the task, its stack and its record.
//
// Scopes and children come from pools and are type-stable; a generation tells one life from the next.
//
// I1. `pending` counts body and children that have not ended, under the scope's lock. Whoever takes it to 0 resumes the
//     opener, once; from then on the scope is the opener's alone.
// I2. A child stands in its scope's list `untold` until the canceller takes it; then its `telling` is MartletTelling until
//     the canceller has called swift_task_cancel, and MartletTold after. A child neither ends nor leaves a wait while it
//     is being told: the canceller may be at work with it, or with what it waits on.
// I3. `current` is written by the child's task alone, without a fence: a canceller that is about to read it makes every
//     thread pass one (membarrier), after it has set `telling`. Either the task sees the one or the canceller the other.
// I4. No lock is held while a task is cancelled or resumed.
// I5. For inspectors, who find scopes and children in their slabs: a scope is `shown`, and a child `listed`, under the
//     scope's lock, from when its body enters or it is put in until it is freed or it ends. In between name, place, task
//     and kind do not change; a child's `scope` is released and acquired, and believed under the lock of what it names.
#pragma once
#include "MartletAlarms.h"
#include "MartletParking.h"

enum { MartletUntold = 0, MartletTelling = 1, MartletTold = 2 };

// What a child's task waits on: a waiter, or, told apart by the low bits, a select or an inner scope.
enum : uintptr_t { MartletCurrentWaiter = 0, MartletCurrentSelect = 1, MartletCurrentScope = 2, MartletCurrentKinds = 3 };

typedef enum __attribute__((enum_extensibility(closed))) MartletReason : uint8_t {
  MartletNotCancelled = 0,
  MartletRequested = 1,
  MartletFailure = 2,
  MartletDeadline = 3,
  MartletSurrounding = 4,
} MartletReason;

enum { MartletInlineName = 40 };

typedef struct MartletChild {
  MartletChannel completion;  // nobody sends: its waiters are told, as by a close, when the child ends

  void *job[2];               // the closure to run, of Swift's making
  struct MartletTask *task;   // owned
  struct MartletScope *scope;
  struct MartletChild *next, *previous;  // in the scope's list; `next` also from one magazine of idle ones to the next
  MartletToken token;         // of the idle task
  uintptr_t current;
  MartletToken wake;          // the opener, if this child was the last one of its scope
  uint32_t telling;
  uint8_t fresh;              // its task has never run
  uint8_t isBody;
  uint8_t cancelsAtStart;
  uint8_t idles;              // it ended, and its task waits for the next one
  uint8_t inLine;             // waits for the limit, not started
  uint8_t listed;             // in one of its scope's lists
  uint8_t named;              // `longName`, or else `inlineName`, is its name
  struct MartletChild *nextInLine;       // free, idle, or waiting for the limit

  MartletRecord record;       // innermost of the task's records while it runs nothing that adds one
  struct {
    uintptr_t flags;
    void *parent;
    const char *name;
  } nameRecord;               // the runtime's own record of a task's name
  const char *file;
  uint32_t line;
  uint16_t fileLength;
  uint16_t magazine;          // of the first idle one of several: how many they are
  char inlineName[MartletInlineName];
  char *longName;             // owned, until the child has left its scope
} MartletChild;

typedef struct MartletScope {
  MartletLock lock;
  uint32_t generation;
  uint32_t pending, running;
  uint32_t limit;            // of children that run at once
  uint32_t pins;             // cancellers that are at work
  MartletReason reason;
  uint8_t closed;
  uint8_t bodyEnded;
  uint8_t shielded;
  uint8_t registered;        // with the opener's task
  uint8_t bindsInBody;
  uint8_t shown;
  MartletToken opener;
  MartletChild *untold, *told;           // heads of the lists
  MartletChild *firstInLine, *lastInLine;
  void *locals;                          // the task-locals of everything in it: the opener's, and its own item
  const char *openerName;                // of the opener's task; bodies have it as well
  void *openerTask;
  const char *name;                      // a nursery's; owned, of martlet_tally_make
  const char *file;                      // where it was opened; null where that is not told
  uint32_t line;
  uint16_t fileLength;
  uint64_t item[4];                      // a task-local: see bind in Scopes.c
  const void *owner;                     // Swift's object, which its body gets; not retained
  // A child of it threw, or, without a child, its body.
  void (*failed)(const void *owner, struct MartletChild *child, void *error);
  void *result;                          // where the body puts what it returns: the opener's
  void *thrown;                          // what the body threw: owned
  MartletWaiter *alarm;                  // of its deadline
  int64_t deadline;
  MartletAlarmQueue *clock;
  struct MartletScope *outer;            // the scope around that has a deadline or is a shield, and its generation
  uint32_t outerGeneration;
  MartletRecord record;
  struct MartletScope *nextFree, *nextToTell;
} MartletScope;

// ---- Children

// Whether tasks are pooled: their layout has been proved.
extern bool martlet_pooling;  // ORDERING: written by the self-test before anybody can have been told of its end
static inline bool martlet_pools_tasks(void) { return __atomic_load_n(&martlet_pooling, __ATOMIC_RELAXED); }
// A child without work: with an idle task if there is one, else with `task` null: make one and call _adopt.
MartletChild *martlet_child_take(void);
// Gives it the task, which has not been enqueued, and of which one reference goes to the child.
void martlet_child_adopt(MartletChild *child, void *task);
// Gives back a child that was taken and not started.
void martlet_child_discard(MartletChild *child);
void martlet_child_describe(MartletChild *child, const char *name, size_t length, MartletSite site);
// Puts the child into the scope, and starts it unless the limit makes it wait. False: the scope is closed, or it is
// another one by now.
bool martlet_child_start(MartletChild *child, MartletScope *scope, uint32_t generation);
// The same in two steps, for a child whose task is made by another task than its starter's: count it, then start it.
bool martlet_scope_reserve(MartletScope *scope, uint32_t generation);
void martlet_child_start_reserved(MartletChild *child, MartletScope *scope);

// The task's side. _begin before anything else runs in it.
void martlet_child_begin(MartletChild *child);
// The work has ended and the closure is gone. True: the task shall park as idle; false: it shall end, after _leave.
bool martlet_child_ended(MartletChild *child);
void martlet_child_idle(MartletChild *child, MartletToken token);
void martlet_child_leave(MartletChild *child);
// Sends idle tasks that are too many to their ends, some hundred at a time; false if none was. For a worker that has
// nothing else to do: a burst of children ends without the cost of freeing their tasks, and an idle program keeps few.
bool martlet_children_end_surplus(void);
// ORDERING: acquire: see martlet_channel_retire.
static inline uint32_t martlet_child_generation(const MartletChild *child) {
  return __atomic_load_n(&child->completion.generation, __ATOMIC_ACQUIRE);
}
static inline void *martlet_child_job(MartletChild *child) { return child->job; }
static inline const char *martlet_child_name(const MartletChild *child) { return child->nameRecord.name; }
// Cancels this child alone, if it is still the one that was meant.
void martlet_child_cancel(MartletChild *child, uint32_t generation);

// ---- Scopes

// Open for its body, which counts as pending from the first.
MartletScope *martlet_scope_allocate(bool shielded, const void *owner);
// What inspectors show of it. The name is copied; null: it has none.
void martlet_scope_describe(MartletScope *scope, const char *name, MartletSite site);
// One that others further in have to know: with a deadline so many nanoseconds ahead of now on the queue, which cancels
// it at once if that is not ahead, or with a shield, or both. It is bound as the innermost such for everything in it; 16
// bits of its generation tell whether it still lives. A queue that is null: no deadline. Where `bindsInBody` is set after
// it the body has to bind it, by the two functions that follow.
MartletScope *martlet_scope_allocate_bound(bool shielded, MartletAlarmQueue *queue, int64_t ahead);
void martlet_scope_enter_body(MartletScope *scope);
void martlet_scope_leave_body(void);
MartletScope *martlet_scope_innermost(uint32_t *generation);
// Registers the scope with the opener, which is about to wait, and readies the body to be its task. What it returns is how
// to wait: by martlet_park_scope, otherwise (then martlet_scope_wait), or so with a cancellation handler.
MartletParking martlet_scope_open(MartletScope *scope, bool isolated);
// The opener waits by this token, and the body starts.
void martlet_scope_wait(MartletScope *scope, MartletChild *body, MartletToken opener);
// After the opener has been resumed: nobody else works with the scope any more.
void martlet_scope_close(MartletScope *scope);
void martlet_scope_free(MartletScope *scope);
// False: it was cancelled already, or it is another one by now.
bool martlet_scope_cancel(MartletScope *scope, uint32_t generation, MartletReason reason);
// No child can be started any more. False: none could before.
bool martlet_scope_refuse(MartletScope *scope, uint32_t generation);
bool martlet_scope_refuses(MartletScope *scope, uint32_t generation);
// Children that have not ended.
uint32_t martlet_scope_count(MartletScope *scope, uint32_t generation);
static inline MartletReason martlet_scope_reason(const MartletScope *scope) {
  return (MartletReason)__atomic_load_n((const uint8_t *)&scope->reason, __ATOMIC_ACQUIRE);
}
// A child threw. The lock is held.
static inline void martlet_scope_note_thrown(MartletScope *scope, bool isCancellation) {
  if (!scope->name) return;
  MartletTally *tally = martlet_tally_of(scope->name);
  *(isCancellation ? &tally->cancelled : &tally->failed) += 1;
}
// Type-stable as the scope is: Swift's notes on one of its lives are under it as well.
static inline MartletLock *martlet_scope_lock(MartletScope *scope) { return &scope->lock; }
static inline bool martlet_scope_is(const MartletScope *scope, uint32_t generation) {
  return __atomic_load_n(&scope->generation, __ATOMIC_ACQUIRE) == generation;
}
static inline bool martlet_scope_was(const MartletScope *scope, uint32_t generation) {
  return (__atomic_load_n(&scope->generation, __ATOMIC_ACQUIRE) & 0xffff) == generation;
}

// ---- What parking has to know of children

#define martlet_child_of(pointer, field) ((MartletChild *)((char *)(pointer) - __builtin_offsetof(MartletChild, field)))
// Waits until a canceller that is telling this child has done with it. No lock is held.
void martlet_child_settle(MartletChild *child);
void martlet_current_child_settle(void);
// Waits, if the current task is a child in a scope that has been cancelled, until it has been told.
void martlet_current_child_catch_up(void);
