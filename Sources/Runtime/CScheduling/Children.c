// Children: pooled tasks and their blocks, starting and cancelling. See MartletNursery.h for what they may rely on.
#include "Children.h"

#include <stdlib.h>
#include <string.h>

#include "Slabs.h"
#include "Workers.h"

enum {
  SlabChildren = 31,
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
  martlet_set_scope(child, NULL);
  martlet_set_task(child, NULL);
  return child;
}

void martlet_child_free(MartletChild *child) {
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
  bool isBehind = count == MartletMagazine && magazines && magazines->magazine < MartletMagazine;
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
  MartletChild *others = magazines && magazines->magazine < MartletMagazine ? pop_magazine() : NULL;
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
    thread->idleCount = MartletMagazine;
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

void martlet_change_magazine(MartletThreadState *thread) {
  if (thread->fullIdle) {
    martlet_lock(&poolLock);
    push_magazine(thread->fullIdle, MartletMagazine);
    martlet_unlock(&poolLock);
  }
  thread->fullIdle = thread->idle;
  thread->idle = NULL;
  thread->idleCount = 0;
}

void martlet_idle_foreign(MartletChild *child) {
  martlet_lock(&poolLock);
  push_idle(child);
  uint32_t count = idleCount;
  martlet_unlock(&poolLock);
  // Workers look before they sleep, and sleep.
  if (count > IdleOfProcess && count % MartletMagazine == 0) martlet_wake_for_surplus();
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
    // Without a scope it has nothing to run, and ends: see run_next in ChildTasks.c.
    martlet_child_ready(child);
    child = next;
  }
  return any;
}

void martlet_child_adopt(MartletChild *child, void *task) { martlet_set_task(child, task); }

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

void martlet_child_discard(MartletChild *child) {
  child->nameRecord.name = NULL;
  martlet_free_name(child);
  if (!child->fresh) {
    martlet_idle(&martlet_thread, child, child->token);
    return;
  }
  // A task that never runs is never destroyed by the runtime, which holds a reference for the run: it runs, and ends.
  child->job[0] = NULL;
  martlet_set_scope(child, NULL);
  martlet_enqueue_job(child->task);
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
  martlet_list_child(child->cancelsAtStart ? &scope->told : &scope->untold, child);
  martlet_dress(child, scope);
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
  martlet_set_scope(child, scope);
  put_in(child, scope);
  return true;
}

void martlet_child_start_reserved(MartletChild *child, MartletScope *scope) {
  // A handle may have cancelled the child already, which has no scope yet: see martlet_child_cancel.
  martlet_lock(&child->completion.lock);
  martlet_lock(&scope->lock);
  martlet_set_scope(child, scope);
  martlet_unlock(&child->completion.lock);
  put_in(child, scope);
}

void martlet_scope_wait(MartletScope *scope, MartletChild *body, MartletToken opener) {
  scope->opener = opener;
  martlet_body_enter(scope, body);
  ready(body);
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
    martlet_unlist_child(scope, child);
    martlet_list_child(&scope->told, child);
    if (martlet_child_mark(child)) task = child->task;
  }
  martlet_unlock(&scope->lock);
  martlet_unlock(&child->completion.lock);
  if (!task) return;
  martlet_delay_point();
  martlet_fence_all();
  martlet_child_tell(child);
}
