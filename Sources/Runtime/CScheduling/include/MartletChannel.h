// The part of a channel that does not depend on its element type: lock, counts, queues of waiters. Whatever else tasks
// wait for in a queue has such a header too; `resource` says what it is.
//
// Headers come from a pool and are type-stable, so that an inspector may lock the channel of a waiter it has found.
//
// I1. Everything but the peeks is read and written under `lock`.
// I2. Values buffered: `count` of them from `receiveIndex` on. A receiver waits only if count == 0, a sender only if
//     count == capacity; never both kinds at once, but for the stale waiters of selects that were claimed elsewhere.
// I3. Once `closed`, no waiter is queued.
// I4. A select's case holds a header without keeping its channel alive; it finds the channel gone by the generation,
//     which is compared under the lock before anything of the element's type is touched.
#pragma once
#include "MartletTally.h"
#include "MartletThread.h"

typedef enum __attribute__((enum_extensibility(closed))) MartletOverflow : uint8_t {
  MartletWait = 0,        // a sender waits
  MartletDropOldest = 1,  // the oldest buffered value makes room
  MartletDropNewest = 2,  // the value sent is dropped
  MartletGrow = 3,        // the ring grows
} MartletOverflow;

// Whose waiters stand here: a header serves the other primitives too, as MartletPrimitives.h says. CSPInspection has words
// for each.
typedef enum __attribute__((enum_extensibility(closed))) MartletResource : uint8_t {
  MartletResourceChannel = 0,
  MartletResourceLock = 1,
  MartletResourceReadWriteLock = 2,
  MartletResourceCondition = 3,
  MartletResourceSemaphore = 4,
  MartletResourceLatch = 5,
  MartletResourceOnce = 6,
  MartletResourceCompletion = 7,  // of a child, whose first field the header is
  MartletResourceTime = 8,        // an alarm's: it has a queue of its own instead of a header
  MartletResourceTimer = 9,       // a channel that an alarm sends to
} MartletResource;

// A rendezvous touches the first cache line alone.
typedef struct MartletChannel {
  MartletLock lock;
  uint8_t closed;
  MartletOverflow overflow;
  MartletResource resource;
  uint8_t shown;  // to inspectors: MartletShown… from martlet_channel_show to martlet_channel_retire, under the lock
  uint32_t count, capacity;            // capacity: slots of the ring
  uint32_t generation;                 // rises when the header is given back: see I4
  MartletWaiter *receivers, *senders;  // heads of the queues
  MartletWaiter *lastReceiver, *lastSender;
  uint64_t sent;

  void *ring;
  uint32_t sendIndex, receiveIndex;
  uint64_t dropped;
  const char *name;  // owned, of martlet_tally_make; null if it has none
  struct MartletChannel *nextFree;
  uint32_t available, awaited;  // of primitives: see MartletPrimitives.h
  const char *file;     // where it was made, if it is a channel
  uint32_t line;
  uint16_t fileLength;
  uint8_t halved;       // made as two halves, of which both still live while it is open
  uint8_t supplied;     // a semaphore: see MartletPrimitives.h
} MartletChannel;

enum { MartletShown = 1, MartletShownCounts = 2 };  // the latter: it has a name, and so a tally

MartletChannel *martlet_channel_allocate(void);
// Makes every case that still points here stale. The lock is held.
// ORDERING: release: whoever finds by the generation that a child has ended sees what it has left.
static inline void martlet_channel_retire(MartletChannel *channel) {
  __atomic_store_n(&channel->generation, channel->generation + 1, __ATOMIC_RELEASE);
  if (__builtin_expect(channel->shown & MartletShownCounts, 0)) martlet_tally_retire_channel(channel);
  __atomic_store_n(&channel->shown, 0, __ATOMIC_RELAXED);
}
void martlet_channel_free(MartletChannel *channel);
// Ready, and inspectors may look at it.
// ORDERING: release: they see what it was made with.
static inline void martlet_channel_show(MartletChannel *channel) {
  __atomic_store_n(&channel->shown, MartletShown | (channel->name ? MartletShownCounts : 0), __ATOMIC_RELEASE);
}

// Racy looks, to spare a lock that would be taken in vain. ORDERING: relaxed: a stale answer is one that was right a
// moment ago; whoever acts on it decides again under the lock.
static inline uint32_t martlet_peek_count(const MartletChannel *channel) {
  return __atomic_load_n(&channel->count, __ATOMIC_RELAXED);
}
static inline bool martlet_peek_closed(const MartletChannel *channel) {
  return __atomic_load_n(&channel->closed, __ATOMIC_RELAXED) != 0;
}
static inline bool martlet_peek_stale(const MartletChannel *channel, uint32_t generation) {
  return __atomic_load_n(&channel->generation, __ATOMIC_RELAXED) != generation;
}
static inline bool martlet_peek_sender(const MartletChannel *channel) {
  return __atomic_load_n(&channel->senders, __ATOMIC_RELAXED) != NULL;
}
static inline bool martlet_peek_receiver(const MartletChannel *channel) {
  return __atomic_load_n(&channel->receivers, __ATOMIC_RELAXED) != NULL;
}
static inline void martlet_count_set(MartletChannel *channel, uint32_t count) {
  __atomic_store_n(&channel->count, count, __ATOMIC_RELAXED);
}
static inline void martlet_close_set(MartletChannel *channel) { __atomic_store_n(&channel->closed, 1, __ATOMIC_RELAXED); }

// The lock is held. Swift writes through these: to the thread sanitizer its own writes to a field touch the whole struct,
// the lock word included.
static inline void martlet_note_sent(MartletChannel *channel) { channel->sent++; }
static inline void martlet_note_dropped(MartletChannel *channel) { channel->sent++, channel->dropped++; }
static inline void martlet_send_index_set(MartletChannel *channel, uint32_t index) { channel->sendIndex = index; }
static inline void martlet_receive_index_set(MartletChannel *channel, uint32_t index) { channel->receiveIndex = index; }
static inline void martlet_ring_set(MartletChannel *channel, void *ring, uint32_t capacity, uint32_t count) {
  channel->ring = ring;
  channel->capacity = capacity;
  channel->receiveIndex = 0;
  channel->sendIndex = count;
}
static inline void martlet_kind_set(MartletChannel *channel, MartletOverflow overflow, const char *name,
                                    MartletSite site) {
  channel->overflow = overflow;
  channel->name = name;
  channel->file = site.file;
  channel->line = site.line;
  channel->fileLength = site.fileLength;
}
static inline void martlet_halved_set(MartletChannel *channel) {
  martlet_lock(&channel->lock);
  channel->halved = 1;
  martlet_unlock(&channel->lock);
}

// Queues of waiters. The lock is held. Whoever joins or leaves one that counts is counted.
static inline void martlet_note_waiting(MartletWaiter *waiter) {
  if (__builtin_expect(waiter->channel->shown & MartletShownCounts, 0)) martlet_tally_wait_began(waiter);
}
static inline void martlet_enqueue(MartletWaiter **head, MartletWaiter **last, MartletWaiter *waiter) {
  martlet_note_waiting(waiter);
  waiter->next = NULL;
  martlet_standing_set(waiter, MartletStandingQueued);
  if (*head) {
    waiter->previous = *last;
    (*last)->next = waiter;
  } else {
    waiter->previous = NULL;
    __atomic_store_n(head, waiter, __ATOMIC_RELAXED);
  }
  *last = waiter;
}

static inline void martlet_unlink(MartletWaiter **head, MartletWaiter **last, MartletWaiter *waiter) {
  if (__builtin_expect(waiter->channel->shown & MartletShownCounts, 0)) martlet_tally_wait_ended(waiter);
  martlet_standing_set(waiter, MartletStandingFree);
  if (waiter->previous) waiter->previous->next = waiter->next;
  else __atomic_store_n(head, waiter->next, __ATOMIC_RELAXED);
  if (waiter->next) waiter->next->previous = waiter->previous;
  else *last = waiter->previous;
}

static inline void martlet_unlink_any(MartletWaiter *waiter) {
  MartletChannel *channel = waiter->channel;
  if (waiter->operation == MartletSend) martlet_unlink(&channel->senders, &channel->lastSender, waiter);
  else martlet_unlink(&channel->receivers, &channel->lastReceiver, waiter);
}
static inline void martlet_enqueue_sender(MartletWaiter *waiter) {
  martlet_enqueue(&waiter->channel->senders, &waiter->channel->lastSender, waiter);
}
static inline void martlet_enqueue_receiver(MartletWaiter *waiter) {
  martlet_enqueue(&waiter->channel->receivers, &waiter->channel->lastReceiver, waiter);
}
