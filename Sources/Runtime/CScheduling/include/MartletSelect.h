// A select that waits: one waiter for each enabled case, and one claim word for which all who could end it compete.
//
// The waiting phase follows Go's runtime/select.go: lock every channel of the cases, each once, in the order of their
// addresses; look again; queue a waiter on each; release the locks only when the task has parked. A select is
// therefore claimed only while it is passive, and two selects can meet without a third state.
//
// I1. `claim` leaves 0 exactly once, by the compare-and-swap of whoever may then resume the select.
// I2. A claimant other than the canceller holds the lock of the case that it claims.
// I3. The frame is freed after each losing case's channel has been locked once since the claim: by then whoever parked
//     the task has released that lock and will not touch the case again.
#pragma once
#include "MartletChannel.h"

enum { MartletInlineCases = 8 };

typedef struct MartletSelect {
  uint32_t claim;  // 0 open, index + 1 claimed by a case, UINT32_MAX cancelled
  uint32_t count, capacity;
  int32_t settled;   // what martlet_select_settle returned
  uint32_t enabled;  // which of the cases as written have a waiter
  MartletParking parking;
  uint8_t parked;
  uint8_t ordered;
  MartletToken token;
  MartletWaiter *partner;  // popped and claimed for the case that happens at once
  MartletRecord record;
  struct MartletSelect *nextFree;
  MartletWaiter **cases;  // by index
  MartletWaiter **order;  // the same, in order of lock address
  MartletWaiter *inlined[2 * MartletInlineCases];
} MartletSelect;

enum {
  MartletSelectPark = -1,        // every lock is held and every waiter queued: park directly
  MartletSelectCancelled = -2,   // no lock is held
  MartletSelectUnlocked = -3,    // no lock is held, nothing is registered: take the portable way
  MartletSelectRegistered = -4,  // no lock is held; registered with the task: suspend otherwise, then settle again
};

MartletSelect *martlet_select_allocate(void);
void martlet_select_free(MartletSelect *select);
// Ready for another round with the same cases.
void martlet_select_rewind(MartletSelect *select);
// Back to no cases. The waiters are the caller's.
void martlet_select_clear(MartletSelect *select);

static inline MartletLock *martlet_lock_of(const MartletWaiter *waiter) { return (MartletLock *)waiter->channel; }

// Wins the select for one of its cases. The lock of that case's channel is held.
static inline bool martlet_select_claim(MartletSelect *select, uint32_t index) {
  uint32_t open = 0;
  // ORDERING: acquire-release: the winner reads what the select wrote before it parked, and its writes are seen by the
  // select when it reads the claim.
  return __atomic_compare_exchange_n(&select->claim, &open, index + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

// Whether nothing has claimed it yet, for whoever only counts.
// ORDERING: relaxed: the answer is one of a moment ago, and nothing is read by it.
static inline bool martlet_select_is_open(const MartletSelect *select) {
  return __atomic_load_n(&select->claim, __ATOMIC_RELAXED) == 0;
}

void martlet_select_make_room(MartletSelect *select);
// Adds a waiter as the next case.
static inline void martlet_select_add(MartletSelect *select, MartletWaiter *waiter) {
  if (__builtin_expect(select->count == select->capacity, 0)) martlet_select_make_room(select);
  waiter->select = select;
  waiter->index = (uint16_t)select->count;
  select->cases[select->count++] = waiter;
  select->ordered = 0;
}
// Takes every lock, in order, and looks at the cases from the one at `start` on. Returns the index of a case that can
// happen now, with its channel's lock held alone and its partner, if it has one, in `partner`; or one of the above.
int32_t martlet_select_settle(MartletSelect *select, uint32_t start, bool isolated);
// The same for a select that is registered with its task already. Where it returns MartletSelectPark every lock is held
// and every waiter queued.
int32_t martlet_select_settle_registered(MartletSelect *select, uint32_t start);
// Releases every lock: the task can be resumed.
void martlet_select_parked(MartletSelect *select, MartletToken token);
// After the wake-up: takes back what is still queued. Returns the index of the case that happened, or
// MartletSelectCancelled.
int32_t martlet_select_finish(MartletSelect *select);

static inline MartletRecord *martlet_select_record(MartletSelect *select) { return &select->record; }

static inline MartletToken martlet_token(const MartletWaiter *waiter) {
  return waiter->select ? waiter->select->token : waiter->token;
}

// The first waiting receiver or sender that can be won, unlinked; null if there is none. The lock is held.
static inline MartletWaiter *martlet_pop_receiver(MartletChannel *channel) {
  for (;;) {
    MartletWaiter *waiter = channel->receivers;
    if (!waiter) return NULL;
    martlet_unlink(&channel->receivers, &channel->lastReceiver, waiter);
    if (!waiter->select || martlet_select_claim(waiter->select, waiter->index)) return waiter;
  }
}
static inline MartletWaiter *martlet_pop_sender(MartletChannel *channel) {
  for (;;) {
    MartletWaiter *waiter = channel->senders;
    if (!waiter) return NULL;
    martlet_unlink(&channel->senders, &channel->lastSender, waiter);
    if (!waiter->select || martlet_select_claim(waiter->select, waiter->index)) return waiter;
  }
}

// Tells all who wait that the channel is closed, and takes them out of its queues, linked by `next`: to be resumed once
// the lock, which is held, has been released.
static inline MartletWaiter *martlet_take_waiters(MartletChannel *channel) {
  MartletWaiter *all = NULL, *waiter;
  while (__builtin_expect((waiter = martlet_pop_receiver(channel)) || (waiter = martlet_pop_sender(channel)), 0)) {
    martlet_outcome_set(waiter, MartletClosed);
    waiter->next = all;
    all = waiter;
  }
  return all;
}

static inline MartletWaiter *martlet_channel_close(MartletChannel *channel) {
  martlet_close_set(channel);
  return martlet_take_waiters(channel);
}
