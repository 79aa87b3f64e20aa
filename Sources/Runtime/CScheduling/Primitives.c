// The slow halves of the primitives: what happens under a line's lock. See MartletPrimitives.h for the invariants.
#include "MartletPrimitives.h"

#include <stdlib.h>
#include <string.h>

#include "Pause.h"

// ---- Lines

MartletChannel *martlet_line_allocate(MartletResource resource, const char *name) {
  const char *copy = name ? martlet_tally_make(resource, name) : NULL;
  MartletChannel *line = martlet_channel_allocate();
  martlet_lock(&line->lock);
  line->resource = resource;
  line->name = copy;
  martlet_channel_show(line);
  martlet_unlock(&line->lock);
  return line;
}

void martlet_line_free(MartletChannel *line) {
  martlet_lock(&line->lock);
  martlet_channel_retire(line);
  const char *name = line->name;
  line->name = NULL;
  martlet_unlock(&line->lock);
  martlet_tally_free(name);
  martlet_channel_free(line);
}

static uint32_t length(const MartletWaiter *waiter) {
  uint32_t count = 0;
  // One that was claimed through another of its select's cases is not waiting here any more.
  for (; waiter; waiter = waiter->next) count += !waiter->select || martlet_select_is_open(waiter->select);
  return count;
}

uint32_t martlet_line_length(MartletChannel *line) {
  martlet_lock(&line->lock);
  uint32_t count = length(line->receivers) + length(line->senders);
  martlet_unlock(&line->lock);
  return count;
}

static void push_front(MartletWaiter **head, MartletWaiter **last, MartletWaiter *waiter) {
  martlet_note_waiting(waiter);
  MartletWaiter *second = *head;
  waiter->next = second;
  waiter->previous = NULL;
  martlet_standing_set(waiter, MartletStandingQueued);
  if (second) second->previous = waiter;
  else *last = waiter;
  __atomic_store_n(head, waiter, __ATOMIC_RELAXED);
}

void martlet_line_join(MartletWaiter *waiter, bool goesFirst) {
  MartletChannel *line = waiter->channel;
  if (goesFirst) {
    if (martlet_standing(waiter) == MartletStandingQueued) martlet_unlink_any(waiter);
    if (waiter->operation == MartletSend) push_front(&line->senders, &line->lastSender, waiter);
    else push_front(&line->receivers, &line->lastReceiver, waiter);
  } else if (martlet_standing(waiter) != MartletStandingQueued) {
    if (waiter->operation == MartletSend) martlet_enqueue_sender(waiter);
    else martlet_enqueue_receiver(waiter);
  }
  // Newcomers wait behind it, also where there are permits.
  if (line->resource == MartletResourceSemaphore) martlet_count_set(line, 0);
}

void martlet_resume_all(MartletWaiter *waiters) {
  while (waiters) {
    // Read before it is resumed: from then on it is its task's.
    MartletWaiter *next = waiters->next;
    MartletToken token = martlet_token(waiters);
    waiters = next;
    martlet_resume(token);
  }
}

// Waiters to resume, in order.
typedef struct WokenList {
  MartletWaiter *first, *last;
} WokenList;

static void append(WokenList *list, MartletWaiter *waiter, MartletOutcome outcome) {
  martlet_outcome_set(waiter, outcome);
  waiter->next = NULL;
  if (list->last) list->last->next = waiter;
  else list->first = waiter;
  list->last = waiter;
}

// Takes all of one queue that can be won.
static void take_receivers(WokenList *list, MartletChannel *line, MartletOutcome outcome) {
  for (MartletWaiter *waiter; (waiter = martlet_pop_receiver(line));) append(list, waiter, outcome);
}
static void take_senders(WokenList *list, MartletChannel *line) {
  for (MartletWaiter *waiter; (waiter = martlet_pop_sender(line));) append(list, waiter, MartletDone);
}

// Two microseconds in all, on the machine where this was measured: longer than a critical section should be, and less
// than it costs to wake a thread. True: go on waiting.
static bool spin_once(unsigned *round) {
  if (*round >= 6) return false;
  for (unsigned pauses = 1u << *round; pauses-- > 0;) martlet_pause();
  ++*round;
  return true;
}

// ---- Lock

bool martlet_mutex_spin(MartletChannel *line, bool wasWoken, bool blocks) {
  unsigned round = 0;
  do {
    uint32_t word = martlet_line_word(line);
    if (word == MartletMutexReserved && !blocks) return false;
    if (word != MartletMutexFree && word != MartletMutexReserved) continue;
    // What was reserved is taken as contended: its release looks whom it is reserved for.
    uint32_t taken = wasWoken || word == MartletMutexReserved ? MartletMutexContended : MartletMutexHeld;
    // ORDERING: as in martlet_mutex_take.
    if (__atomic_compare_exchange_n(&line->count, &word, taken, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) return true;
  } while (spin_once(&round));
  return false;
}

bool martlet_mutex_take_or_mark(MartletChannel *line, bool inTurn, bool blocks) {
  if (inTurn) line->awaited = 0;
  uint32_t word = martlet_line_word(line);
  for (;;) {
    if (word == MartletMutexContended) return false;
    if (word == MartletMutexReserved && !inTurn && !blocks) return false;  // the one on the way wakes the next: I2
    // ORDERING: as in martlet_mutex_take, where it was free.
    if (__atomic_compare_exchange_n(&line->count, &word, MartletMutexContended, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
      return word != MartletMutexHeld;
  }
}

void martlet_mutex_give_slowly(MartletChannel *line) {
  martlet_lock(&line->lock);
  MartletWaiter *waiter = martlet_pop_sender(line);
  // One for whom it is reserved is on the way and wakes the next. To wake another now would let that one come between.
  if (!waiter && !line->awaited) {
    waiter = martlet_pop_receiver(line);
    line->awaited = waiter && martlet_wish(waiter)->losses >= MartletMutexPatience;
  }
  // ORDERING: release publishes what the holder wrote. A plain store: nobody but the holder changes a contended word.
  __atomic_store_n(&line->count, line->awaited ? MartletMutexReserved : MartletMutexFree, __ATOMIC_RELEASE);
  if (waiter) martlet_outcome_set(waiter, MartletDone);
  MartletToken token = waiter ? martlet_token(waiter) : 0;
  martlet_unlock(&line->lock);
  if (waiter) martlet_resume(token);
}

// ---- ReadWriteLock

enum : uint32_t { AwaitedWriter = 1u << 31 };

bool martlet_read_write_spin(MartletChannel *line, bool writes) {
  unsigned round = 0;
  do {
    uint32_t word = martlet_line_word(line);
    if (word & MartletQueued) return false;
    if (writes ? martlet_write_take(line) : martlet_read_take(line)) return true;
  } while (spin_once(&round));
  return false;
}

// The marks that the word should have by what is in the line.
enum : uint32_t { Marks = MartletQueued | MartletReadersComing };
static uint32_t marks_of(const MartletChannel *line) {
  uint32_t coming = line->awaited ? MartletReadersComing : 0;
  return line->receivers || line->senders || line->awaited & AwaitedWriter ? coming | MartletQueued : coming;
}

bool martlet_read_write_take(MartletChannel *line, bool writes, bool invited, bool blocks) {
  if (invited) line->awaited = writes ? 0 : line->awaited - 1;
  uint32_t marks = marks_of(line), word = martlet_line_word(line);
  for (;;) {
    bool isFree = writes ? word < MartletReader && !(word & MartletWriter) : !(word & MartletWriter);
    bool mayPass = invited || blocks || !(marks & (writes ? Marks : MartletQueued));
    uint32_t next = word | MartletQueued;
    if (isFree && mayPass) next = ((word & ~Marks) | marks) + (writes ? MartletWriter : MartletReader);
    // ORDERING: acquire, as in martlet_read_take and martlet_write_take.
    if (__atomic_compare_exchange_n(&line->count, &word, next, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return isFree && mayPass;
  }
}

MartletWaiter *martlet_read_write_admit(MartletChannel *line) {
  WokenList list = {NULL, NULL};
  uint32_t word = martlet_line_word(line);
  // Those who block look for themselves, all of them: I4. Beside readers only writers wait, and those not yet.
  if (!(word & ~Marks)) take_senders(&list, line);
  MartletWaiter *first = line->receivers;
  if (first && line->awaited == 0 && !(word & MartletWriter)) {
    if (martlet_wish(first)->amount == 0) {
      // Readers up to the first writer.
      for (; first && martlet_wish(first)->amount == 0; first = line->receivers) {
        append(&list, martlet_pop_receiver(line), MartletDone);
        line->awaited++;
      }
    } else if (word < MartletReader) {
      append(&list, martlet_pop_receiver(line), MartletDone);
      line->awaited = AwaitedWriter;
    }
  }
  uint32_t marks = marks_of(line);
  word = martlet_line_word(line);
  // ORDERING: relaxed: marks only say which way newcomers take.
  while ((word & Marks) != marks && !__atomic_compare_exchange_n(&line->count, &word, (word & ~Marks) | marks, false,
                                                                 __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
  return list.first;
}

// ---- Condition

MartletWaiter *martlet_signal(MartletChannel *line, uint64_t signal) {
  WokenList list = {NULL, NULL};
  if (signal == 0) {
    take_receivers(&list, line, MartletDone);
  } else if (line->receivers && martlet_wish(line->receivers)->ticket < signal) {
    append(&list, martlet_pop_receiver(line), MartletDone);
  }
  for (MartletWaiter *waiter = list.first; waiter; waiter = waiter->next) martlet_wish(waiter)->ticket = signal;
  return list.first;
}

// ---- Semaphore

static inline void publish_permits(MartletChannel *line) {
  martlet_count_set(line, line->receivers ? 0 : line->available);
}

static inline bool take_permits(MartletChannel *line, uint32_t amount) {
  if (line->receivers || line->available < amount) return false;
  line->available -= amount;
  publish_permits(line);
  return true;
}
bool martlet_permits_take(MartletChannel *line, uint32_t amount) { return take_permits(line, amount); }

MartletWaiter *martlet_permits_give(MartletChannel *line, uint32_t amount) {
  WokenList list = {NULL, NULL};
  line->available += amount;
  for (MartletWaiter *waiter; (waiter = line->receivers) && martlet_wish(waiter)->amount <= line->available;) {
    martlet_unlink(&line->receivers, &line->lastReceiver, waiter);
    if (waiter->select && !martlet_select_claim(waiter->select, waiter->index)) continue;
    line->available -= martlet_wish(waiter)->amount;
    append(&list, waiter, MartletDone);
  }
  publish_permits(line);
  return list.first;
}

// There are more permits than were known of: somebody makes them.
static void count_permits(MartletChannel *line, uint64_t permits) {
  if (permits <= line->capacity) return;
  line->capacity = permits > UINT32_MAX ? UINT32_MAX : (uint32_t)permits;
  line->supplied = 1;
}

MartletWaiter *martlet_permits_supply(MartletChannel *line, uint32_t amount) {
  count_permits(line, (uint64_t)line->available + line->awaited + amount);
  return martlet_permits_give(line, amount);
}

void martlet_permits_begin(MartletChannel *line, uint32_t permits) {
  martlet_lock(&line->lock);
  line->capacity = line->available = permits;
  publish_permits(line);
  martlet_unlock(&line->lock);
}

// A record that says nothing yet: it is shown from when it holds, which is set under the line's lock.
static inline MartletWaiter *make_hold(MartletChannel *line, uint32_t amount, MartletSite site) {
  MartletWaiter *hold = martlet_waiter_allocate(sizeof(MartletWish), _Alignof(MartletWish));
  martlet_waiter_aim(hold, line, MartletReceive);
  martlet_site_note(hold, site);
  hold->parking = MartletNotParked;
  void **active = martlet_thread.activeTask;
  hold->task = active ? *active : martlet_current_task();
  hold->taskName = NULL;
  martlet_wish(hold)->amount = amount;
  return hold;
}

MartletWaiter *martlet_permits_hold(MartletChannel *line, uint32_t amount, MartletSite site) {
  if (martlet_peek_count(line) < amount) return NULL;
  MartletWaiter *hold = make_hold(line, amount, site);
  martlet_lock(&line->lock);
  bool taken = take_permits(line, amount);
  if (taken) {
    line->awaited += amount;
    martlet_standing_set(hold, MartletStandingHolding);
  }
  martlet_unlock(&line->lock);
  if (taken) return hold;
  martlet_waiter_free(hold, _Alignof(MartletWish));
  return NULL;
}

MartletWaiter *martlet_permits_record(MartletChannel *line, uint32_t amount, MartletSite site) {
  MartletWaiter *hold = make_hold(line, amount, site);
  martlet_lock(&line->lock);
  line->awaited += amount;
  // Somebody may have given them back for us meanwhile.
  count_permits(line, (uint64_t)line->available + line->awaited);
  martlet_standing_set(hold, MartletStandingHolding);
  martlet_unlock(&line->lock);
  return hold;
}

void martlet_permits_give_back(MartletWaiter *hold) {
  MartletChannel *line = hold->channel;
  uint32_t amount = martlet_wish(hold)->amount;
  martlet_lock(&line->lock);
  martlet_standing_set(hold, MartletStandingFree);
  line->awaited -= amount;
  MartletWaiter *woken = NULL;
  if (__builtin_expect(line->receivers != NULL, 0)) {
    woken = martlet_permits_give(line, amount);
  } else {
    line->available += amount;
    martlet_count_set(line, line->available);
  }
  martlet_unlock(&line->lock);
  martlet_waiter_free(hold, _Alignof(MartletWish));
  martlet_resume_all(woken);
}

// ---- Latch and once

MartletWaiter *martlet_line_open(MartletChannel *line) {
  WokenList list = {NULL, NULL};
  // ORDERING: release: see martlet_line_is_open.
  __atomic_store_n(&line->closed, 1, __ATOMIC_RELEASE);
  take_receivers(&list, line, MartletClosed);
  return list.first;
}

MartletWaiter *martlet_line_next(MartletChannel *line) {
  WokenList list = {NULL, NULL};
  MartletWaiter *waiter = martlet_pop_receiver(line);
  if (waiter) append(&list, waiter, MartletDone);
  return list.first;
}
