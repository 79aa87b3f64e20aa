// Children: pooled tasks and their blocks. See MartletNursery.h for what they may rely on.
#include "MartletNursery.h"

#include <stdlib.h>
#include <string.h>

#include "Nursery.h"
#include "SelfTest.h"
#include "Slabs.h"
#include "Workers.h"

enum {
  SlabChildren = 31,
  Magazine = 512,        // idle children change hands in so many; a worker keeps two: a batch of a thousand is common
  IdleOfProcess = 8192,  // beyond these, and what the workers keep, idle tasks end once a worker has nothing else to do
};

typedef struct ChildSlab {
  struct ChildSlab *next;
  _Alignas(64) MartletChild children[SlabChildren];
} ChildSlab;

static MartletLock poolLock;
static MartletChild *freeChildren;  // without a task
// With an idle one: magazines, linked by the `next` of their first children, which have counted theirs.
static MartletChild *magazines;
static uint32_t idleCount;  // in all of them
static ChildSlab *childSlabs;

extern MARTLET_SWIFT void swift_task_cancel(MartletTask *task);
extern MARTLET_SWIFT void swift_task_enqueueGlobal(void *job);
extern void swift_release(void *object);

// ORDERING: release: see I5 of MartletNursery.h.
static inline void set_scope(MartletChild *child, MartletScope *scope) {
  __atomic_store_n(&child->scope, scope, __ATOMIC_RELEASE);
}

// ORDERING: relaxed: inspectors compare it, and follow it under the scope's lock alone.
static inline void set_task(MartletChild *child, MartletTask *task) {
  __atomic_store_n(&child->task, task, __ATOMIC_RELAXED);
}

void martlet_each_child(void (*visit)(MartletChild *child, void *context), void *context) {
  for (ChildSlab *slab = __atomic_load_n(&childSlabs, __ATOMIC_ACQUIRE); slab; slab = slab->next)
    for (int i = 0; i < SlabChildren; i++) visit(&slab->children[i], context);
}

// ---- Pools

static MartletChild *allocate_block(void) {
  martlet_lock(&poolLock);
  if (!freeChildren) {
    ChildSlab *slab = aligned_alloc(64, (sizeof(ChildSlab) + 63) / 64 * 64);
    if (!slab) abort();
    memset(slab, 0, sizeof(ChildSlab));
    slab->next = childSlabs;
    for (int i = 0; i < SlabChildren; i++) slab->children[i].completion.resource = MartletResourceCompletion;
    // ORDERING: release: an inspector walks the list without the lock.
    __atomic_store_n(&childSlabs, slab, __ATOMIC_RELEASE);
    for (int i = SlabChildren; i-- > 0;) {
      slab->children[i].nextInLine = freeChildren;
      freeChildren = &slab->children[i];
    }
  }
  MartletChild *child = freeChildren;
  freeChildren = child->nextInLine;
  martlet_unlock(&poolLock);
  child->fresh = 1;
  child->cancelsAtStart = 0;
  set_scope(child, NULL);
  set_task(child, NULL);
  return child;
}

static void free_block(MartletChild *child) {
  martlet_lock(&poolLock);
  child->nextInLine = freeChildren;
  freeChildren = child;
  martlet_unlock(&poolLock);
}

// Magazines spare the walk along a list that is not in the cache (Bonwick, Adams, "Magazines and Vmem", USENIX 2001).
// All with the lock held, and with the count read without it as advice. ORDERING: relaxed: it is compared with a limit.
static void count_idle(int32_t more) { __atomic_store_n(&idleCount, idleCount + (uint32_t)more, __ATOMIC_RELAXED); }

// Only the first of the list may be less than full.
static void push_magazine(MartletChild *first, uint16_t count) {
  bool isBehind = count == Magazine && magazines && magazines->magazine < Magazine;
  MartletChild **place = isBehind ? &magazines->next : &magazines;
  first->magazine = count;
  first->next = *place;
  *place = first;
  count_idle(count);
}

static MartletChild *pop_magazine(void) {
  MartletChild *first = magazines;
  if (!first) return NULL;
  magazines = first->next;
  count_idle(-(int32_t)first->magazine);
  return first;
}

// One alone: of threads that are no workers.
static void push_idle(MartletChild *child) {
  MartletChild *others = magazines && magazines->magazine < Magazine ? pop_magazine() : NULL;
  child->nextInLine = others;
  push_magazine(child, others ? others->magazine + 1 : 1);
}

static MartletChild *pop_idle(void) {
  MartletChild *first = pop_magazine();
  if (first && first->nextInLine) push_magazine(first->nextInLine, first->magazine - 1);
  return first;
}

static MartletChild *refill_idle(void) {
  MartletThreadState *thread = &martlet_thread;
  MartletChild *first = thread->fullIdle;
  if (first) {
    thread->fullIdle = NULL;
    thread->idleCount = Magazine;
    return first;
  }
  if (!__atomic_load_n(&idleCount, __ATOMIC_RELAXED)) return NULL;
  martlet_lock(&poolLock);
  first = thread->worker ? pop_magazine() : pop_idle();
  martlet_unlock(&poolLock);
  if (!first) return NULL;
  thread->idleCount = thread->worker ? first->magazine : 1;
  if (!thread->worker) first->nextInLine = NULL;
  return first;
}

// A full magazine: the worker keeps it, and gives away the one that it has kept.
static void change_magazine(MartletThreadState *thread) {
  if (thread->fullIdle) {
    martlet_lock(&poolLock);
    push_magazine(thread->fullIdle, Magazine);
    martlet_unlock(&poolLock);
  }
  thread->fullIdle = thread->idle;
  thread->idle = NULL;
  thread->idleCount = 0;
}

MartletChild *martlet_child_take(void) {
  MartletThreadState *thread = &martlet_thread;
  MartletChild *child = thread->idle;
  if (__builtin_expect(child == NULL, 0)) {
    child = refill_idle();
    if (!child) return allocate_block();
  }
  thread->idle = child->nextInLine;
  thread->idleCount--;
  return child;
}

bool martlet_children_end_surplus(void) {
  if (__atomic_load_n(&idleCount, __ATOMIC_RELAXED) <= IdleOfProcess) return false;
  martlet_lock(&poolLock);
  MartletChild *child = idleCount > IdleOfProcess ? pop_magazine() : NULL;
  martlet_unlock(&poolLock);
  bool any = child != NULL;
  while (child) {
    MartletChild *next = child->nextInLine;
    // Without a scope it has nothing to run, and ends: see run_next and martlet_child_ended.
    martlet_child_ready(child);
    child = next;
  }
  return any;
}

void martlet_child_adopt(MartletChild *child, void *task) { set_task(child, task); }

void martlet_child_describe(MartletChild *child, const char *name, size_t length, MartletSite site) {
  child->file = site.file;
  child->fileLength = site.fileLength;
  child->line = site.line;
  child->isBody = 0;
  child->named = name != NULL;
  child->longName = NULL;
  if (!name) return;
  char *copy = child->inlineName;
  if (length >= MartletInlineName && !(copy = child->longName = malloc(length + 1))) abort();
  memcpy(copy, name, length);
  copy[length] = 0;
  child->nameRecord.name = copy;
}

static void free_name(MartletChild *child) {
  if (__builtin_expect(child->longName == NULL, 1)) return;
  free(child->longName);
  child->longName = NULL;
}

void martlet_child_discard(MartletChild *child) {
  child->nameRecord.name = NULL;
  free_name(child);
  if (!child->fresh) {
    martlet_child_idle(child, child->token);
    return;
  }
  // A task that never runs is never destroyed by the runtime, which holds a reference for the run: it runs, and ends.
  child->job[0] = NULL;
  set_scope(child, NULL);
  martlet_enqueue_job(child->task);
}

static void forget_name(MartletChild *child) {
  if (__builtin_expect(child->nameRecord.name == NULL, 1)) return;
  child->nameRecord.name = NULL;
#if defined(MARTLET_DIRECT)
  if (!martlet_pools_tasks()) return;
  child->record.parent = child->nameRecord.parent;
  child->task->flags &= ~(uint32_t)MartletJobNamed;
#endif
}

// ---- Lists of a scope. Its lock is held.

// ORDERING: release: an inspector that holds the lock of the child's former scope finds it listed after it finds it moved.
static inline void set_listed(MartletChild *child, bool listed) {
  __atomic_store_n(&child->listed, listed, __ATOMIC_RELEASE);
}

static void link_child(MartletChild **list, MartletChild *child) {
  child->previous = NULL;
  child->next = *list;
  if (*list) (*list)->previous = child;
  *list = child;
  set_listed(child, true);
}

static void unlink_child(MartletScope *scope, MartletChild *child) {
  if (child->next) child->next->previous = child->previous;
  if (child->previous) child->previous->next = child->next;
  else if (scope->untold == child) scope->untold = child->next;
  else scope->told = child->next;
  set_listed(child, false);
}

// ---- Starting

// Lets the child's task run.
static void ready(MartletChild *child) {
  if (__builtin_expect(child->cancelsAtStart, 0)) {
    child->cancelsAtStart = 0;
    swift_task_cancel(child->task);
  }
  if (__builtin_expect(child->fresh, 0)) {
    child->fresh = 0;
    if (martlet_pools_tasks()) martlet_start((MartletRunnable)child->task | MartletJobTag);
    else swift_task_enqueueGlobal(child->task);
    return;
  }
  if (child->token & MartletTokenTags) martlet_resume(child->token);
  else martlet_start(child->token);
}

void martlet_child_ready(MartletChild *child) { ready(child); }

// What the task finds when it runs: the nursery's task-locals, the child's name.
static void dress(MartletChild *child, MartletScope *scope) {
#if defined(MARTLET_DIRECT)
  if (!martlet_pools_tasks()) return;
  void **locals = martlet_locals_of(child->task);
  *locals = scope->locals;
  if (!child->nameRecord.name) return;
  child->task->flags |= MartletJobNamed;  // the task does not run: nobody else writes them
  if (!child->fresh) {
    child->nameRecord.flags = martlet_name_record_flags;
    child->nameRecord.parent = child->record.parent;
    child->record.parent = &child->nameRecord;
  }
#else
  (void)child, (void)scope;
#endif
}

static void undress(MartletChild *child) {
#if defined(MARTLET_DIRECT)
  // Or the runtime would release them as the task's own when it ends.
  if (martlet_pools_tasks()) *martlet_locals_of(child->task) = NULL;
#endif
  forget_name(child);
}

static inline void count_started(MartletScope *scope) {
  scope->pending++;
  if (scope->name) martlet_tally_of(scope->name)->started++;
}

// Puts the child into the scope, where it counts already, and starts it or lets it wait in line. The scope's lock is held
// and released.
static void put_in(MartletChild *child, MartletScope *scope) {
  child->isBody = 0;
  // In a scope that is cancelled it starts, and finds itself cancelled.
  if (scope->reason != MartletNotCancelled) child->cancelsAtStart = 1;
  child->telling = child->cancelsAtStart ? MartletTold : MartletUntold;
  link_child(child->cancelsAtStart ? &scope->told : &scope->untold, child);
  dress(child, scope);
  if (__builtin_expect(scope->running >= scope->limit, 0)) {
    child->inLine = 1;
    child->nextInLine = NULL;
    if (scope->lastInLine) scope->lastInLine->nextInLine = child;
    else scope->firstInLine = child;
    scope->lastInLine = child;
    martlet_unlock(&scope->lock);
    return;
  }
  scope->running++;
  martlet_unlock(&scope->lock);
  ready(child);
}

bool martlet_scope_reserve(MartletScope *scope, uint32_t generation) {
  martlet_lock(&scope->lock);
  bool open = scope->generation == generation && !scope->closed;
  if (open) count_started(scope);
  martlet_unlock(&scope->lock);
  return open;
}

bool martlet_child_start(MartletChild *child, MartletScope *scope, uint32_t generation) {
  child->cancelsAtStart = 0;
  martlet_lock(&scope->lock);
  if (__builtin_expect(scope->generation != generation || scope->closed, 0)) {
    martlet_unlock(&scope->lock);
    return false;
  }
  count_started(scope);
  set_scope(child, scope);
  put_in(child, scope);
  return true;
}

void martlet_child_start_reserved(MartletChild *child, MartletScope *scope) {
  // A handle may have cancelled the child already, which has no scope yet: see martlet_child_cancel.
  martlet_lock(&child->completion.lock);
  martlet_lock(&scope->lock);
  set_scope(child, scope);
  martlet_unlock(&child->completion.lock);
  put_in(child, scope);
}

void martlet_scope_wait(MartletScope *scope, MartletChild *body, MartletToken opener) {
  scope->opener = opener;
  martlet_body_enter(scope, body);
  ready(body);
}

void martlet_body_enter(MartletScope *scope, MartletChild *body) {
  body->isBody = 1;
  set_scope(body, scope);
  body->nameRecord.name = scope->openerName;  // the opener's, which waits
  // While no canceller can find the body: one that walks its task's records must not meet a change of them.
  dress(body, scope);
  // Its alarm and the cancellers of the opener know the scope already.
  martlet_lock(&scope->lock);
  body->cancelsAtStart = scope->reason != MartletNotCancelled;
  body->telling = body->cancelsAtStart ? MartletTold : MartletUntold;
  link_child(body->cancelsAtStart ? &scope->told : &scope->untold, body);
  scope->shown = 1;
  martlet_unlock(&scope->lock);
}

// ---- The task's side

void martlet_child_begin(MartletChild *child) {
  child->current = 0;
#if defined(MARTLET_DIRECT)
  if (martlet_pools_tasks()) martlet_link_child(child);
#endif
}

void martlet_child_settle(MartletChild *child) {
  // ORDERING: acquire pairs with the canceller's release: what it did with our wait is done.
  for (unsigned round = 0; __atomic_load_n(&child->telling, __ATOMIC_ACQUIRE) == MartletTelling; round++)
    martlet_wait_a_little(round);
}

// Tells who waits for this child, and makes every handle of it stale.
static void complete(MartletChild *child) {
  MartletChannel *completion = &child->completion;
  martlet_lock(&completion->lock);
  martlet_channel_retire(completion);
  MartletWaiter *waiters = NULL, *waiter;
  while (__builtin_expect((waiter = martlet_pop_receiver(completion)) != NULL, 0)) {
    martlet_outcome_set(waiter, MartletClosed);
    waiter->next = waiters;
    waiters = waiter;
  }
  martlet_unlock(&completion->lock);
  while (waiters) {
    waiter = waiters;
    waiters = waiter->next;
    martlet_resume(martlet_token(waiter));
  }
}

bool martlet_child_ended(MartletChild *child) {
  MartletScope *scope = child->scope;
  child->wake = 0;
  if (__builtin_expect(!scope, 0)) return false;  // discarded before it began, or one idle task too many
  undress(child);
  if (!child->isBody) complete(child);
  MartletChild *next = NULL;
  martlet_lock(&scope->lock);
  while (__builtin_expect(__atomic_load_n(&child->telling, __ATOMIC_ACQUIRE) == MartletTelling, 0)) {
    martlet_unlock(&scope->lock);
    martlet_child_settle(child);
    martlet_lock(&scope->lock);
  }
  unlink_child(scope, child);
  if (child->isBody) {
    scope->bodyEnded = 1;
  } else {
    scope->running--;
    if (__builtin_expect((next = scope->firstInLine) != NULL, 0)) {
      scope->firstInLine = next->nextInLine;
      if (!scope->firstInLine) scope->lastInLine = NULL;
      next->inLine = 0;
      scope->running++;
    }
  }
  if (--scope->pending == 0) {
    // ORDERING: release: see martlet_scope_close.
    __atomic_store_n(&scope->closed, 1, __ATOMIC_RELEASE);
    child->wake = scope->opener;
  }
  martlet_unlock(&scope->lock);
  if (next) ready(next);
  martlet_delay_point();  // the scope may be closed, freed and opened again
  free_name(child);
  set_scope(child, NULL);
  child->telling = MartletUntold;
  bool reuse = martlet_pools_tasks();
#if defined(MARTLET_DIRECT)
  if (reuse) martlet_uncancel(child->task);
#endif
  return reuse;
}

void martlet_child_idle(MartletChild *child, MartletToken token) {
  MartletToken wake = child->wake;
  child->wake = 0;
  child->token = token;
  MartletThreadState *thread = &martlet_thread;
  if (thread->worker) {
    child->nextInLine = thread->idle;
    thread->idle = child;
    if (++thread->idleCount == Magazine) change_magazine(thread);
  } else {
    martlet_lock(&poolLock);
    push_idle(child);
    uint32_t count = idleCount;
    martlet_unlock(&poolLock);
    // Workers look before they sleep, and sleep.
    if (count > IdleOfProcess && count % Magazine == 0) martlet_wake_for_surplus();
  }
  if (wake) martlet_resume(wake);
}

void martlet_child_leave(MartletChild *child) {
  MartletToken wake = child->wake;
#if defined(MARTLET_DIRECT)
  if (martlet_pools_tasks()) martlet_unlink_child(child);
#endif
  MartletTask *task = child->task;
  set_task(child, NULL);
  swift_release(task);  // the running task holds one of its own
  free_block(child);
  if (wake) martlet_resume(wake);
}

// ---- Cancelling

// The scope's lock is held and the child is in `told`. False: it has not started, and will find itself cancelled.
bool martlet_child_mark(MartletChild *child) {
  if (child->inLine) {
    child->telling = MartletTold;
    child->cancelsAtStart = 1;
    return false;
  }
  __atomic_store_n(&child->telling, MartletTelling, __ATOMIC_RELAXED);
  return true;
}

// Cancels the task of a child that was marked, after a fence of all threads. The child may be gone afterwards.
void martlet_child_tell(MartletChild *child) {
  swift_task_cancel(child->task);
  // ORDERING: release: see martlet_child_settle.
  __atomic_store_n(&child->telling, MartletTold, __ATOMIC_RELEASE);
}

void martlet_child_cancel(MartletChild *child, uint32_t generation) {
  martlet_lock(&child->completion.lock);
  MartletScope *scope = child->completion.generation == generation ? child->scope : NULL;
  if (!scope) {
    // It has ended, or it is reserved and its task is still being made.
    if (child->completion.generation == generation) child->cancelsAtStart = 1;
    martlet_unlock(&child->completion.lock);
    return;
  }
  // The child cannot end: it would have to pass its completion's lock first.
  martlet_lock(&scope->lock);
  MartletTask *task = NULL;
  if (child->telling == MartletUntold) {
    unlink_child(scope, child);
    link_child(&scope->told, child);
    if (martlet_child_mark(child)) task = child->task;
  }
  martlet_unlock(&scope->lock);
  martlet_unlock(&child->completion.lock);
  if (!task) return;
  martlet_delay_point();
  martlet_fence_all();
  martlet_child_tell(child);
}
