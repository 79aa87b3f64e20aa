// Cancel scopes: opening, cancelling, closing. See MartletNursery.h.
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "Nursery.h"
#include "Pause.h"
#include "SelfTest.h"
#include "Slabs.h"

enum { SlabScopes = 31, ScopesOfThread = 32 };

typedef struct ScopeSlab {
  struct ScopeSlab *next;
  _Alignas(64) MartletScope scopes[SlabScopes];
} ScopeSlab;

static MartletLock poolLock;
static MartletScope *freeScopes;
static ScopeSlab *scopeSlabs;

static MartletScope *allocate_block(void) {
  martlet_lock(&poolLock);
  if (!freeScopes) {
    ScopeSlab *slab = aligned_alloc(64, (sizeof(ScopeSlab) + 63) / 64 * 64);
    if (!slab) abort();
    memset(slab, 0, sizeof(ScopeSlab));
    slab->next = scopeSlabs;
    // ORDERING: release: an inspector walks the list without the lock.
    __atomic_store_n(&scopeSlabs, slab, __ATOMIC_RELEASE);
    for (int i = SlabScopes; i-- > 0;) {
      slab->scopes[i].nextFree = freeScopes;
      freeScopes = &slab->scopes[i];
    }
  }
  MartletScope *scope = freeScopes;
  freeScopes = scope->nextFree;
  martlet_unlock(&poolLock);
  return scope;
}

MartletScope *martlet_scope_allocate(bool shielded, const void *owner) {
  martlet_parking_decide();
  MartletScope *scope = martlet_thread.scopes;
  if (__builtin_expect(scope != NULL, 1)) {
    martlet_thread.scopes = scope->nextFree;
    martlet_thread.scopeCount--;
  } else {
    scope = allocate_block();
  }
  scope->pending = 1;
  scope->running = 0;
  scope->limit = UINT32_MAX;
  scope->closed = 0;
  scope->bodyEnded = 0;
  scope->shielded = shielded;
  scope->registered = 0;
  scope->bindsInBody = 0;
  scope->opener = 0;
  scope->untold = scope->told = scope->firstInLine = scope->lastInLine = NULL;
  scope->owner = owner;
  scope->failed = NULL;
  scope->thrown = scope->result = NULL;
  scope->alarm = NULL;
  scope->outer = NULL;
  __atomic_store_n((uint8_t *)&scope->reason, MartletNotCancelled, __ATOMIC_RELAXED);
  scope->name = NULL;
  scope->file = NULL;
  MartletTask *task = martlet_current_task();
  scope->openerTask = task;
#if defined(MARTLET_DIRECT)
  if (!martlet_pools_tasks()) task = NULL;
  scope->locals = task ? *martlet_locals_of(task) : NULL;
  scope->openerName = task && task->flags & MartletJobNamed ? swift_task_getCurrentTaskName() : NULL;
#else
  scope->openerName = NULL;
#endif
  return scope;
}

void martlet_scope_describe(MartletScope *scope, const char *name, MartletSite site) {
  if (name) scope->name = martlet_tally_make(MartletKindNursery, name);
  scope->file = site.file;
  scope->line = site.line;
  scope->fileLength = site.fileLength;
}

void martlet_each_scope(void (*visit)(MartletScope *scope, void *context), void *context) {
  for (ScopeSlab *slab = __atomic_load_n(&scopeSlabs, __ATOMIC_ACQUIRE); slab; slab = slab->next)
    for (int i = 0; i < SlabScopes; i++) visit(&slab->scopes[i], context);
}

void martlet_scope_free(MartletScope *scope) {
  // Under the lock: whoever has found the old generation there must be done before the scope is opened again.
  martlet_lock(&scope->lock);
  // ORDERING: release: a deadline that is read through a stale reference is compared with the generation after it.
  __atomic_store_n(&scope->generation, scope->generation + 1, __ATOMIC_RELEASE);
  scope->shown = 0;
  const char *name = scope->name;
  if (__builtin_expect(name != NULL, 0)) martlet_tally_retire_scope(scope);
  martlet_unlock(&scope->lock);
  if (__builtin_expect(name != NULL, 0)) martlet_tally_free(name);
  if (martlet_thread.worker && martlet_thread.scopeCount < ScopesOfThread) {
    scope->nextFree = martlet_thread.scopes;
    martlet_thread.scopes = scope;
    martlet_thread.scopeCount++;
    return;
  }
  martlet_lock(&poolLock);
  scope->nextFree = freeScopes;
  freeScopes = scope;
  martlet_unlock(&poolLock);
}

// ---- Deadlines

static void deadline_passed(void *context, int64_t now) {
  (void)now;
  MartletScope *scope = context;
  martlet_scope_cancel(scope, scope->generation, MartletDeadline);
}

static void arm(MartletScope *scope, MartletAlarmQueue *queue, int64_t ahead) {
  int64_t deadline = martlet_alarms_deadline(queue, ahead);
  __atomic_store_n(&scope->deadline, deadline, __ATOMIC_RELAXED);
  if (ahead > 0) scope->alarm = martlet_alarm_begin(queue, deadline, deadline_passed, scope);
  else martlet_scope_cancel(scope, scope->generation, MartletDeadline);
}

// ---- What is bound in a body: the innermost scope that has a deadline or is a shield, as a task-local of the runtime, so
// that the tasks which Swift makes inside have it too. Those may outlive the scope: the generation tells.

extern MARTLET_SWIFT void swift_task_localValuePush(const void *key, void *value, const void *type);
extern MARTLET_SWIFT void *swift_task_localValueGet(const void *key);
extern MARTLET_SWIFT void swift_task_localValuePop(void);

static const char innermost;

// A pointer of the user's half of the address space, and sixteen bits of the generation.
static uint64_t reference(MartletScope *scope) {
  return (uint64_t)(uintptr_t)scope << 16 | (scope->generation & 0xffff);
}

static void bind(MartletScope *scope) {
  if (!martlet_pools_tasks()) {
    scope->bindsInBody = 1;
    return;
  }
#if defined(MARTLET_DIRECT)
  // Without the runtime, which would lock the task's records to bind it: the item lies in the scope, and everything in
  // the scope begins with it.
  _Static_assert(sizeof(MartletLocal) == sizeof scope->item, "");
  MartletLocal *item = (MartletLocal *)scope->item;
  *item = (MartletLocal){(uintptr_t)scope->locals | martlet_local_kind, &innermost, &martlet_int64_type[1],
                         reference(scope)};
  scope->locals = item;
#endif
}

void martlet_scope_enter_body(MartletScope *scope) {
  uint64_t value = reference(scope);
  swift_task_localValuePush(&innermost, &value, &martlet_int64_type[1]);
}

void martlet_scope_leave_body(void) { swift_task_localValuePop(); }

static uint64_t find_innermost(void) {
#if defined(MARTLET_DIRECT)
  void *task = martlet_pools_tasks() ? martlet_current_task() : NULL;
  if (task) {
    // Mostly there is none, or it is the task-local that was bound last; the runtime's search costs a hundred
    // instructions.
    const MartletLocal *last = *martlet_locals_of(task);
    if (!last) return 0;
    if ((last->next & MartletLocalKinds) == martlet_local_kind && last->key == &innermost) return last->value;
  }
#endif
  if (!swift_task_getCurrent()) return 0;
  uint64_t *value = swift_task_localValueGet(&innermost);
  return value ? *value : 0;
}

MartletScope *martlet_scope_innermost(uint32_t *generation) {
  uint64_t reference = find_innermost();
  *generation = reference & 0xffff;
  return (MartletScope *)(uintptr_t)(reference >> 16);
}

MartletScope *martlet_scope_allocate_bound(bool shielded, MartletAlarmQueue *queue, int64_t ahead) {
  MartletScope *scope = martlet_scope_allocate(shielded, NULL);
  scope->outer = martlet_scope_innermost(&scope->outerGeneration);
  scope->clock = queue;
  if (queue) arm(scope, queue, ahead);
  bind(scope);
  return scope;
}

// ---- Opening and closing

MartletParking martlet_scope_open(MartletScope *scope, bool isolated) {
  if (scope->shielded) return martlet_may_park_directly(isolated) ? MartletDirect : MartletRegistered;
  MartletParking parking = MartletPortable;
  switch (martlet_cancellation_begin_scope(scope, isolated, &parking)) {
    case MartletBeginLinked:
      scope->registered = 1;
      return parking;
    case MartletBeginCancelled:
      martlet_current_child_settle();
      martlet_scope_cancel(scope, scope->generation, MartletSurrounding);
      return martlet_may_park_directly(isolated) ? MartletDirect : MartletRegistered;
    case MartletBeginUnlocked:
      return MartletPortable;
  }
}

void martlet_scope_close(MartletScope *scope) {
  if (scope->registered) martlet_cancellation_end(&scope->record);
  // What was cancelled meanwhile is seen at once after a shield, also by a child that its canceller has not come to yet.
  else if (scope->shielded) martlet_current_child_catch_up();
  if (scope->alarm) martlet_alarm_end(scope->alarm);
  // ORDERING: acquire pairs with the release of the last to end: what ran in the scope is seen by the opener also where the
  // way of its resumption orders nothing.
  (void)__atomic_load_n(&scope->closed, __ATOMIC_ACQUIRE);
  // No canceller can pin it any more, with nothing pending.
  // ORDERING: acquire pairs with the release of the last canceller, which has done with the scope.
  for (unsigned round = 0; __builtin_expect(__atomic_load_n(&scope->pins, __ATOMIC_ACQUIRE) != 0, 0); round++)
    martlet_wait_a_little(round);
}

bool martlet_scope_refuse(MartletScope *scope, uint32_t generation) {
  martlet_lock(&scope->lock);
  bool open = scope->generation == generation && !scope->closed;
  if (open) scope->closed = 1;
  martlet_unlock(&scope->lock);
  return open;
}

bool martlet_scope_refuses(MartletScope *scope, uint32_t generation) {
  martlet_lock(&scope->lock);
  bool open = scope->generation == generation && !scope->closed;
  martlet_unlock(&scope->lock);
  return !open;
}

uint32_t martlet_scope_count(MartletScope *scope, uint32_t generation) {
  martlet_lock(&scope->lock);
  uint32_t count = scope->generation == generation ? scope->pending - !scope->bodyEnded : 0;
  martlet_unlock(&scope->lock);
  return count;
}

// ---- Cancelling

// Inner scopes that a cancellation has reached on this thread. They are told one after the other and not from within
// each other's handlers: nurseries may be nested deeper than a stack.
static __thread struct {
  bool busy;
  MartletScope *first, *last;
} reached __attribute__((tls_model("initial-exec")));

enum { Batch = 128 };

bool martlet_delays;

void martlet_linger(void) {
  uint64_t random = martlet_random();
  if (random % 4 == 0) sched_yield();
  // Mostly microseconds, one time in eight long enough for another task to wait, wake and wait again.
  uint64_t most = random >> 61 == 0 ? 40000 : 1000;
  for (uint64_t i = (random >> 8) % most; i > 0; i--) martlet_pause();
}

static void tell_all(MartletScope *scope) {
  MartletChild *batch[Batch];
  martlet_lock(&scope->lock);
  while (scope->untold) {
    int count = 0;
    while (scope->untold && count < Batch) {
      MartletChild *child = scope->untold;
      scope->untold = child->next;
      if (child->next) child->next->previous = NULL;
      child->next = scope->told;
      if (scope->told) scope->told->previous = child;
      scope->told = child;
      if (martlet_child_mark(child)) batch[count++] = child;
    }
    martlet_unlock(&scope->lock);
    martlet_delay_point();  // children end that are about to be told
    if (count) martlet_fence_all();
    for (int i = 0; i < count; i++) {
      if (i + 6 < count) martlet_child_prefetch(batch[i + 6]);
      martlet_child_tell(batch[i]);
    }
    martlet_lock(&scope->lock);
  }
  martlet_unlock(&scope->lock);
  // ORDERING: release: see martlet_scope_close. The last touch: the scope may be another one now.
  __atomic_sub_fetch(&scope->pins, 1, __ATOMIC_RELEASE);
}

bool martlet_scope_cancel(MartletScope *scope, uint32_t generation, MartletReason reason) {
  martlet_lock(&scope->lock);
  if (scope->generation != generation || scope->reason != MartletNotCancelled || scope->pending == 0) {
    martlet_unlock(&scope->lock);
    return false;
  }
  // ORDERING: release: whoever reads the reason sees what led to it.
  __atomic_store_n((uint8_t *)&scope->reason, reason, __ATOMIC_RELEASE);
  __atomic_add_fetch(&scope->pins, 1, __ATOMIC_RELAXED);
  martlet_unlock(&scope->lock);
  martlet_delay_point();  // the reason shows, and nobody has been told
  scope->nextToTell = NULL;
  if (reached.busy) {
    if (reached.last) reached.last->nextToTell = scope;
    else reached.first = scope;
    reached.last = scope;
    return true;
  }
  reached.busy = true;
  for (;;) {
    tell_all(scope);
    scope = reached.first;
    if (!scope) break;
    reached.first = scope->nextToTell;
    if (!reached.first) reached.last = NULL;
  }
  reached.busy = false;
  return true;
}

void martlet_child_cancelled(MartletChild *child) {
  // Told by somebody who holds no scope: the task itself, which waits for nothing.
  // ORDERING: the canceller of the scope, this very thread, has set it and fenced every thread.
  if (__atomic_load_n(&child->telling, __ATOMIC_RELAXED) != MartletTelling) return;
  uintptr_t current = __atomic_load_n(&child->current, __ATOMIC_ACQUIRE);
  if (!current) return;
  martlet_delay_point();  // the wait may have ended, and what it waited by may be in use again
  void *target = (void *)(current & ~MartletCurrentKinds);
  switch (current & MartletCurrentKinds) {
    case MartletCurrentWaiter: martlet_waiter_cancel(target); break;
    case MartletCurrentSelect: martlet_select_cancel(target); break;
    default: {
      MartletScope *scope = target;
      martlet_scope_cancel(scope, scope->generation, MartletSurrounding);
    }
  }
}
