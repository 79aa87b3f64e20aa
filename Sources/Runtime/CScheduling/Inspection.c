// Copies of what lives, for inspectors. See MartletInspection.h for what makes that safe.
#include "MartletInspection.h"

#include <string.h>

#include "MartletPrimitives.h"
#include "SelfTest.h"
#include "Slabs.h"

// An array that is filled as far as it has room.
typedef struct Filling {
  void *items;
  size_t count, capacity;
} Filling;

static void copy_name(char *target, const char *name) {
  size_t length = name ? strnlen(name, MartletShownName - 1) : 0;
  if (length) memcpy(target, name, length);
  target[length] = 0;
}

// The lock is held.
static MartletLook look_at(const MartletLock *lock) {
  return (MartletLook){(uintptr_t)lock, __atomic_load_n(&lock->version, __ATOMIC_RELAXED)};
}

bool martlet_unchanged(MartletLook look) {
  const MartletLock *lock = (const MartletLock *)look.lock;
  // ORDERING: acquire, the holder first: whoever takes the lock later than that does so after our looks at all locks.
  if (martlet_is_locked(lock)) return false;
  return __atomic_load_n(&lock->version, __ATOMIC_ACQUIRE) == look.version;
}

// ---- Marks

extern MARTLET_SWIFT void swift_task_localValuePush(const void *key, void *value, const void *type);
extern MARTLET_SWIFT void swift_task_localValuePop(void);

static const char markKey;

void martlet_mark_enter(int64_t mark) { swift_task_localValuePush(&markKey, &mark, &martlet_int64_type[1]); }
void martlet_mark_leave(void) { swift_task_localValuePop(); }

// Of a list of task-locals that does not change meanwhile: of a task that waits, or of a scope.
static uint64_t mark_in(void *locals) {
  // ORDERING: none: whoever waits has made the list before.
  for (const MartletLocal *item = locals; item; item = (const MartletLocal *)(item->next & ~(uintptr_t)7))
    if ((item->next & MartletLocalKinds) == martlet_local_kind && item->key == &markKey) return item->value;
  return 0;
}

// ---- Waits

static void copy_wait(MartletWaiter *waiter, MartletWaitDescription *wait) {
  bool isAlarm = waiter->operation == MartletAlarm;
  MartletChannel *channel = waiter->channel;
  // A direct waiter's token is its task; until it has parked, under this lock, there is nothing to see.
  MartletToken token = martlet_token(waiter);
  void *task = waiter->parking == MartletDirect ? (void *)token : waiter->task;
  wait->waiter = (uintptr_t)waiter;
  wait->channel = (uintptr_t)channel;
  wait->task = (uintptr_t)task;
  wait->select = (uintptr_t)waiter->select;
  wait->look = look_at(martlet_lock_of(waiter));
  wait->resource = isAlarm ? MartletResourceTime : channel->resource;
  wait->operation = waiter->operation;
  bool counts = wait->resource == MartletResourceSemaphore || wait->resource == MartletResourceReadWriteLock;
  wait->amount = counts ? martlet_wish(waiter)->amount : 0;
  wait->onThread = waiter->parking == MartletThread;
  wait->holds = martlet_standing(waiter) == MartletStandingHolding;
  wait->since = waiter->since;
  wait->left = isAlarm ? martlet_alarm(waiter)->deadline - martlet_alarms_now((MartletAlarmQueue *)channel) : 0;
  // One that holds may run, and change its locals.
  wait->mark = task && !wait->holds && martlet_pools_tasks() ? mark_in(*martlet_locals_of(task)) : 0;
  wait->site = (MartletSite){waiter->file, waiter->line, waiter->fileLength};
  copy_name(wait->name, isAlarm ? NULL : channel->name);
  const char *taskName = waiter->parking != MartletDirect ? waiter->taskName : task ? martlet_task_name(task) : NULL;
  copy_name(wait->taskName, taskName);
}

// The waiter as it is now, if it is queued and a task or thread waits by it, or if it records who holds what.
static void visit_waiter(MartletWaiter *waiter, void *context) {
  Filling *filling = context;
  // ORDERING: acquire: see martlet_waiter_aim.
  MartletChannel *channel = __atomic_load_n(&waiter->channel, __ATOMIC_ACQUIRE);
  if (!channel) return;
  MartletLock *lock = (MartletLock *)channel;
  martlet_lock_to_look(lock);
  // In this order: if it stands for something else meanwhile, it is aimed at that.
  MartletStanding standing = martlet_standing(waiter);
  bool waits = (standing == MartletStandingQueued || standing == MartletStandingHolding) &&
               __atomic_load_n(&waiter->channel, __ATOMIC_RELAXED) == channel;
  // An alarm that calls back keeps nobody waiting.
  if (waits && waiter->operation == MartletAlarm) waits = martlet_alarm(waiter)->callback == NULL;
  // Claimed elsewhere: the select has ended and will take this waiter back.
  if (waits && waiter->select) waits = martlet_select_is_open(waiter->select);
  if (waits && filling->count < filling->capacity)
    copy_wait(waiter, (MartletWaitDescription *)filling->items + filling->count++);
  martlet_unlock(lock);
}

// ---- Headers

static const MartletWaiter *first_in_line(const MartletChannel *channel) {
  const MartletWaiter *first = channel->receivers;
  // One that was claimed through another of its select's cases is not waiting here any more.
  while (first && first->select && !martlet_select_is_open(first->select)) first = first->next;
  return first;
}

static void visit_header(MartletChannel *channel, void *context) {
  Filling *filling = context;
  martlet_lock_to_look(&channel->lock);
  // ORDERING: acquire: see martlet_channel_show.
  if (__atomic_load_n(&channel->shown, __ATOMIC_ACQUIRE) && filling->count < filling->capacity) {
    MartletChannelDescription *copy = (MartletChannelDescription *)filling->items + filling->count++;
    copy->channel = (uintptr_t)channel;
    copy->look = look_at(&channel->lock);
    copy->resource = channel->resource;
    copy->isClosed = __atomic_load_n(&channel->closed, __ATOMIC_RELAXED);
    copy->isHalved = channel->halved;
    copy->overflow = channel->overflow;
    // ORDERING: relaxed: a lock's word is changed without the line's lock.
    copy->count = __atomic_load_n(&channel->count, __ATOMIC_RELAXED);
    copy->capacity = channel->capacity;
    const MartletWaiter *first = channel->resource == MartletResourceSemaphore ? first_in_line(channel) : NULL;
    copy->first = (uintptr_t)first;
    copy->firstWish = first ? martlet_wish((MartletWaiter *)first)->amount : 0;
    copy->available = channel->available;
    copy->held = channel->awaited;
    copy->supplied = channel->supplied;
    copy->sent = __atomic_load_n(&channel->sent, __ATOMIC_RELAXED);
    copy->dropped = channel->dropped;
    copy->site = (MartletSite){channel->file, channel->line, channel->fileLength};
    copy_name(copy->name, channel->name);
  }
  martlet_unlock(&channel->lock);
}

// ---- Scopes and children

static void visit_scope(MartletScope *scope, void *context) {
  Filling *filling = context;
  martlet_lock_to_look(&scope->lock);
  if (scope->shown && filling->count < filling->capacity) {
    MartletScopeDescription *copy = (MartletScopeDescription *)filling->items + filling->count++;
    copy->scope = (uintptr_t)scope;
    copy->openerTask = (uintptr_t)scope->openerTask;
    copy->look = look_at(&scope->lock);
    copy->generation = scope->generation;
    copy->children = scope->pending - !scope->bodyEnded;
    copy->limit = scope->limit;
    copy->reason = martlet_scope_reason(scope);
    copy->isNursery = scope->file != NULL;
    copy->isShield = scope->shielded;
    copy->isClosed = __atomic_load_n(&scope->closed, __ATOMIC_RELAXED);
    copy->bodyEnded = scope->bodyEnded;
    copy->hasDeadline = scope->alarm != NULL;
    // ORDERING: acquire: whatever the canceller has done is seen by whoever finds it gone.
    copy->isTelling = __atomic_load_n(&scope->pins, __ATOMIC_ACQUIRE) != 0;
    copy->left = 0;
    if (scope->alarm) copy->left = __atomic_load_n(&scope->deadline, __ATOMIC_RELAXED) - martlet_alarms_now(scope->clock);
    copy->site = (MartletSite){scope->file, scope->line, scope->fileLength};
    copy_name(copy->name, scope->name);
    copy_name(copy->openerName, scope->openerName);
  }
  martlet_unlock(&scope->lock);
}

static void visit_child(MartletChild *child, void *context) {
  Filling *filling = context;
  // ORDERING: acquire: see I5 of MartletNursery.h.
  MartletScope *scope = __atomic_load_n(&child->scope, __ATOMIC_ACQUIRE);
  if (!scope) return;
  martlet_lock_to_look(&scope->lock);
  // In this order: one that is listed in another scope meanwhile has been moved there before. ORDERING: see martlet_set_listed.
  bool listed = __atomic_load_n(&child->listed, __ATOMIC_ACQUIRE);
  bool lives = listed && __atomic_load_n(&child->scope, __ATOMIC_ACQUIRE) == scope && scope->shown;
  if (lives && filling->count < filling->capacity) {
    MartletChildDescription *copy = (MartletChildDescription *)filling->items + filling->count++;
    copy->child = (uintptr_t)child;
    copy->scope = (uintptr_t)scope;
    copy->task = (uintptr_t)child->task;
    copy->look = look_at(&scope->lock);
    copy->generation = martlet_child_generation(child);
    copy->scopeGeneration = scope->generation;
    copy->isBody = child->isBody;
    copy->inLine = child->inLine;
    copy->mark = martlet_pools_tasks() ? mark_in(scope->locals) : 0;
    copy->site = (MartletSite){child->file, child->line, child->fileLength};
    if (child->isBody) copy->site = (MartletSite){scope->file, scope->line, scope->fileLength};
    const char *name = child->longName ? child->longName : child->inlineName;
    copy_name(copy->name, child->isBody ? scope->openerName : child->named ? name : NULL);
  }
  martlet_unlock(&scope->lock);
}

static void visit_owned(MartletChild *child, void *context) {
  Filling *filling = context;
  // ORDERING: relaxed: see martlet_set_task.
  uintptr_t task = (uintptr_t)__atomic_load_n(&child->task, __ATOMIC_RELAXED);
  if (task && filling->count < filling->capacity) ((MartletOwnedTask *)filling->items)[filling->count++].task = task;
}

bool martlet_child_lives(const MartletChildDescription *copy) {
  const MartletChild *child = (const MartletChild *)copy->child;
  // ORDERING: acquire, the scope last: a block that has been used again was in no scope in between.
  bool same = __atomic_load_n(&child->completion.generation, __ATOMIC_ACQUIRE) == copy->generation;
  const MartletScope *scope = (const MartletScope *)copy->scope;
  return same && martlet_scope_is(scope, copy->scopeGeneration) &&
         __atomic_load_n(&child->scope, __ATOMIC_ACQUIRE) == scope;
}

bool martlet_scope_lives(const MartletScopeDescription *copy) {
  return martlet_scope_is((const MartletScope *)copy->scope, copy->generation);
}

// ---- The arrays

static void count_waiter(MartletWaiter *waiter, void *count) { (void)waiter, ++*(size_t *)count; }
static void count_header(MartletChannel *header, void *count) { (void)header, ++*(size_t *)count; }
static void count_scope(MartletScope *scope, void *count) { (void)scope, ++*(size_t *)count; }
static void count_child(MartletChild *child, void *count) { (void)child, ++*(size_t *)count; }

#define MARTLET_COPIES(function, Description, each, visit, count_all)      \
  size_t function(Description *items, size_t capacity) {                   \
    size_t blocks = 0;                                                     \
    if (capacity == 0) return each(count_all, &blocks), blocks;            \
    Filling filling = {items, 0, capacity};                                \
    each(visit, &filling);                                                 \
    return filling.count;                                                  \
  }

MARTLET_COPIES(martlet_waits, MartletWaitDescription, martlet_each_waiter, visit_waiter, count_waiter)
MARTLET_COPIES(martlet_channels, MartletChannelDescription, martlet_each_header, visit_header, count_header)
MARTLET_COPIES(martlet_scopes, MartletScopeDescription, martlet_each_scope, visit_scope, count_scope)
MARTLET_COPIES(martlet_owned_tasks, MartletOwnedTask, martlet_each_child, visit_owned, count_child)
MARTLET_COPIES(martlet_children, MartletChildDescription, martlet_each_child, visit_child, count_child)
