// The waiting phase of a select: take every lock, look again, queue, and after the wake-up take back what lost.
#include "MartletSelect.h"

#include <stdlib.h>
#include <string.h>

#include "MartletAlarms.h"
#include "MartletNursery.h"
#include "ThreadCache.h"

enum { CachedSelects = 16 };

// The steps of a settlement, each called in two places: a select that waits passes them all.
#define INLINED static inline __attribute__((always_inline))

MartletSelect *martlet_select_allocate(void) {
  MartletSelect *select = martlet_thread.selects;
  if (select) {
    martlet_thread.selects = select->nextFree;
    martlet_thread.selectCount--;
  } else {
    select = aligned_alloc(64, (sizeof(MartletSelect) + 63) / 64 * 64);
    if (!select) abort();
    select->capacity = MartletInlineCases;
    select->cases = select->inlined;
    select->order = select->inlined + MartletInlineCases;
  }
  martlet_select_clear(select);
  return select;
}

static void release(MartletSelect *select) {
  if (select->cases != select->inlined) free(select->cases);
  free(select);
}

void martlet_select_free(MartletSelect *select) {
  if (select->cases != select->inlined || martlet_thread.selectCount >= CachedSelects) {
    release(select);
    return;
  }
  martlet_thread_register();
  select->nextFree = martlet_thread.selects;
  martlet_thread.selects = select;
  martlet_thread.selectCount++;
}

void martlet_select_release_cache(void) {
  while (martlet_thread.selects) {
    MartletSelect *select = martlet_thread.selects;
    martlet_thread.selects = select->nextFree;
    release(select);
  }
  martlet_thread.selectCount = 0;
}

void martlet_select_rewind(MartletSelect *select) {
  select->claim = 0;
  select->parked = 0;
  select->partner = NULL;
}

void martlet_select_clear(MartletSelect *select) {
  martlet_select_rewind(select);
  select->count = 0;
  select->ordered = 0;
  select->enabled = 0;
}

void martlet_select_make_room(MartletSelect *select) {
  if (select->count > UINT16_MAX) abort();  // Selector refuses it before
  uint32_t capacity = 2 * select->capacity;
  MartletWaiter **cases = malloc(2 * capacity * sizeof(MartletWaiter *));
  if (!cases) abort();
  memcpy(cases, select->cases, select->count * sizeof(MartletWaiter *));
  if (select->cases != select->inlined) free(select->cases);
  select->cases = cases;
  select->order = cases + capacity;
  select->capacity = capacity;
}

// ---- Locks, each once, in the order of their addresses

static int by_lock(const void *left, const void *right) {
  uintptr_t a = (uintptr_t)martlet_lock_of(*(MartletWaiter *const *)left);
  uintptr_t b = (uintptr_t)martlet_lock_of(*(MartletWaiter *const *)right);
  return (a > b) - (a < b);
}

INLINED void sort_cases(MartletSelect *select) {
  if (select->ordered) return;
  select->ordered = 1;
  if (select->count == 2) {
    bool inOrder = martlet_lock_of(select->cases[0]) <= martlet_lock_of(select->cases[1]);
    select->order[0] = select->cases[!inOrder];
    select->order[1] = select->cases[inOrder];
    return;
  }
  if (select->count > 16) {
    memcpy(select->order, select->cases, select->count * sizeof(MartletWaiter *));
    qsort(select->order, select->count, sizeof(MartletWaiter *), by_lock);
    return;
  }
  for (uint32_t i = 0; i < select->count; i++) {
    MartletWaiter *waiter = select->cases[i];
    uint32_t j = i;
    for (; j > 0 && martlet_lock_of(select->order[j - 1]) > martlet_lock_of(waiter); j--)
      select->order[j] = select->order[j - 1];
    select->order[j] = waiter;
  }
}

INLINED void lock_all(MartletSelect *select) {
  MartletLock *last = NULL;
  for (uint32_t i = 0; i < select->count; i++) {
    MartletLock *lock = martlet_lock_of(select->order[i]);
    if (lock != last) martlet_lock(lock);
    last = lock;
  }
}

// Releases every lock but `kept`. Each lock is released after the last look at a case of it: with its release a
// claimant may resume the select, which still waits for the locks that are left (I3) before it frees anything.
static void unlock_all(MartletSelect *select, MartletLock *kept) {
  uint32_t count = select->count;
  MartletWaiter **order = select->order;
  MartletLock *lock = martlet_lock_of(order[count - 1]);
  for (uint32_t i = count - 1; i > 0; i--) {
    MartletLock *previous = martlet_lock_of(order[i - 1]);
    if (previous != lock && lock != kept) martlet_unlock(lock);
    lock = previous;
  }
  if (lock != kept) martlet_unlock(lock);
}

// ---- Looking and queueing

static bool can_happen(MartletSelect *select, MartletWaiter *waiter) {
  MartletChannel *channel = waiter->channel;
  if (waiter->operation != MartletAlarm && channel->generation != waiter->generation) return true;  // as if closed
  switch (waiter->operation) {
    case MartletSend:
      return channel->closed || (select->partner = martlet_pop_receiver(channel)) || channel->count < channel->capacity ||
             channel->overflow != MartletWait;
    case MartletReceive:
      return channel->count > 0 || (select->partner = martlet_pop_sender(channel)) || channel->closed;
    case MartletAlarm:
      return martlet_alarm_due(waiter);
  }
}

INLINED void enqueue(MartletWaiter *waiter) {
  switch (waiter->operation) {
    case MartletSend: martlet_enqueue_sender(waiter); break;
    case MartletReceive: martlet_enqueue_receiver(waiter); break;
    case MartletAlarm: martlet_alarm_enqueue(waiter); break;
  }
}

// What most often says no: `can_happen` need not be asked then.
INLINED bool may_happen(const MartletWaiter *waiter) {
  const MartletChannel *channel = waiter->channel;
  if (waiter->operation == MartletReceive)
    return channel->count != 0 | channel->senders != NULL | channel->closed | (channel->generation != waiter->generation);
  return true;
}

INLINED int32_t look(MartletSelect *select, uint32_t start) {
  uint32_t index = start;
  for (uint32_t i = 0; i < select->count; i++) {
    MartletWaiter *waiter = select->cases[index];
    if (may_happen(waiter) && can_happen(select, waiter)) {
      unlock_all(select, martlet_lock_of(waiter));
      return (int32_t)index;
    }
    if (++index == select->count) index = 0;
  }
  return MartletSelectPark;
}

// In turn from the case at `start` on: of two cases on one channel the first in its queue is the one that happens.
INLINED void enqueue_all(MartletSelect *select, uint32_t start) {
  uint32_t index = start;
  for (uint32_t i = 0; i < select->count; i++) {
    MartletWaiter *waiter = select->cases[index];
    if (++index == select->count) index = 0;
    martlet_outcome_set(waiter, MartletPending);
    waiter->parking = select->parking;
    enqueue(waiter);
  }
}

// Now, since the task is not the current one any more when a closure queues its waiters.
static void note_task(MartletSelect *select) {
  martlet_task_note(select->cases[0]);
  for (uint32_t i = 1; i < select->count; i++) {
    select->cases[i]->task = select->cases[0]->task;
    select->cases[i]->taskName = select->cases[0]->taskName;
  }
}

int32_t martlet_select_settle(MartletSelect *select, uint32_t start, bool isolated) {
  sort_cases(select);
  lock_all(select);
  int32_t found = look(select, start);
  if (found != MartletSelectPark) return found;
  switch (martlet_cancellation_begin_select(select, isolated)) {
    case MartletBeginLinked:
      if (select->parking == MartletDirect) {
        enqueue_all(select, start);
        return MartletSelectPark;
      }
      unlock_all(select, NULL);
      note_task(select);
      return MartletSelectRegistered;
    case MartletBeginCancelled:
      unlock_all(select, NULL);
      martlet_current_child_settle();
      return MartletSelectCancelled;
    case MartletBeginUnlocked:
      unlock_all(select, NULL);
      note_task(select);
      return MartletSelectUnlocked;
  }
}

int32_t martlet_select_settle_registered(MartletSelect *select, uint32_t start) {
  lock_all(select);
  int32_t found = look(select, start);
  if (found != MartletSelectPark) return found;
  // ORDERING: acquire: a canceller that came first has written the claim before it asks for a lock that we hold.
  if (__atomic_load_n(&select->claim, __ATOMIC_ACQUIRE) != 0) {
    unlock_all(select, NULL);
    return MartletSelectCancelled;
  }
  enqueue_all(select, start);
  return MartletSelectPark;
}

void martlet_select_order(MartletSelect *select) { sort_cases(select); }

void martlet_select_parked(MartletSelect *select, MartletToken token) {
  select->token = token;
  select->parked = 1;
  unlock_all(select, NULL);
}

// ---- The end

void martlet_select_cancel(MartletSelect *select) {
  uint32_t open = 0;
  // ORDERING: acquire-release, as in martlet_select_claim.
  if (!__atomic_compare_exchange_n(&select->claim, &open, UINT32_MAX, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) return;
  // The first lock in order is the last that a parking task releases: holding it, either the task has parked, or it has
  // not looked at the claim yet and will.
  MartletLock *lock = martlet_lock_of(select->order[0]);
  martlet_lock(lock);
  bool parked = select->parked;
  MartletToken token = select->token;
  martlet_unlock(lock);
  if (parked) martlet_resume(token);
}

int32_t martlet_select_finish(MartletSelect *select) {
  uint32_t claim = __atomic_load_n(&select->claim, __ATOMIC_ACQUIRE);
  uint32_t winner = claim == UINT32_MAX ? UINT32_MAX : claim - 1;
  for (uint32_t i = 0; i < select->count; i++) {
    if (i == winner) continue;
    MartletWaiter *waiter = select->cases[i];
    MartletLock *lock = martlet_lock_of(waiter);
    martlet_lock(lock);
    if (martlet_standing(waiter) == MartletStandingQueued) {
      if (waiter->operation == MartletAlarm) martlet_alarm_unlink(waiter);
      else martlet_unlink_any(waiter);
    }
    martlet_unlock(lock);
  }
  return winner == UINT32_MAX ? MartletSelectCancelled : (int32_t)winner;
}
