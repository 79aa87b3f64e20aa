// What the primitives other than channels need of the runtime: lines of waiters, and the words that say who may go on.
//
// A primitive's line is a channel's header with another `resource`, so that parking, cancellation, select and
// inspection are those of channels. What its fields mean there:
//   count      Lock: one of the four words below. ReadWriteLock: see MartletReader. Semaphore: permits that a newcomer
//              may take at once, which are none while somebody waits.
//   available  Semaphore: permits that nobody holds. Latch: counts that are missing.
//   awaited    Lock: whether the one that it is reserved for has not come yet. ReadWriteLock: those who were
//              invited and have not come yet; the top bit: it is a writer. Semaphore: permits with a recorded holder.
//   capacity   Semaphore: permits in all. What is neither free nor recorded somebody has taken without a scope, or is
//              about to record.
//   supplied   Semaphore: permits were given back that nobody had taken, so that somebody may make more at any time.
//   closed     Latch: open. Once: done.
//   sent       Condition: signals so far.
//   receivers  those who wait, in order. senders: tasks that wait by blocking their thread, for locks alone (I4).
//
// I1. What a line's lock protects of a channel it protects here. The words of locks are changed without it, by
//     compare-and-swap, where nobody waits.
// I2. Lock: while somebody waits, the word is MutexContended, or one who was woken is on the way. Whoever is woken
//     takes the word as MutexContended, or marks it so before it waits again: somebody's release will wake the next.
// I3. ReadWriteLock: while somebody waits, MartletQueued is set, and somebody holds the lock, or is on the way. While
//     readers that were invited are on the way, MartletReadersComing is: other readers may join them, writers may not
//     pass.
// I4. A task that blocks its thread never waits for a task that has not begun to run again: it may be in its way. So it
//     takes what is reserved for others and goes before those who were invited; it is itself woken first.
// I5. Nobody is resumed under a line's lock. What takes waiters out of a line returns them, linked by `next`.
#pragma once
#include "MartletParking.h"

// What a waiter of a primitive keeps where a sender keeps a value.
typedef struct MartletWish {
  uint64_t ticket;  // Condition: signals before it looked; from its wake-up on, the signal, or 0 for all
  uint32_t amount;  // Semaphore: permits. ReadWriteLock: 1 to write, 0 to read
  uint32_t losses;  // Lock: how often it was woken and came too late
} MartletWish;

static inline MartletWish *martlet_wish(MartletWaiter *waiter) { return (MartletWish *)waiter->inlined; }

// ---- Lines

MartletChannel *martlet_line_allocate(MartletResource resource, const char *name);
// Nobody waits. The name is freed, if there is one.
void martlet_line_free(MartletChannel *line);
uint32_t martlet_line_length(MartletChannel *line);
// The line's lock is held: queues the waiter, unless it is queued already, at the front where it goes first.
void martlet_line_join(MartletWaiter *waiter, bool goesFirst);
void martlet_resume_all(MartletWaiter *waiters);

// ---- Lock

enum : uint32_t {
  MartletMutexFree = 0,
  MartletMutexHeld = 1,
  MartletMutexContended = 2,  // held, and its release has to look for those who wait
  MartletMutexReserved = 3,   // free for the one that was woken for it, and for nobody else
};

// How often a waiter that was woken may come too late before the lock is kept for it: nobody but tasks that block comes
// between then (Specifications/lock.csp). Only at each fourth wake-up does the lock stand idle while somebody wakes up.
enum { MartletMutexPatience = 3 };

static inline bool martlet_mutex_take(MartletChannel *line) {
  uint32_t word = MartletMutexFree;
  // ORDERING: acquire pairs with the release of whoever gave it and makes its writes visible.
  return __atomic_compare_exchange_n(&line->count, &word, MartletMutexHeld, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
void martlet_mutex_give_slowly(MartletChannel *line);
static inline void martlet_mutex_give(MartletChannel *line) {
  uint32_t word = MartletMutexHeld;
  // ORDERING: release publishes what the holder wrote.
  if (__builtin_expect(!__atomic_compare_exchange_n(&line->count, &word, MartletMutexFree, false, __ATOMIC_RELEASE,
                                                    __ATOMIC_RELAXED), 0))
    martlet_mutex_give_slowly(line);
}
static inline uint32_t martlet_line_word(const MartletChannel *line) {
  // ORDERING: relaxed: a look of a moment ago.
  return __atomic_load_n(&line->count, __ATOMIC_RELAXED);
}
// Looks for two microseconds at most whether it becomes free. `wasWoken`: I2. `blocks`: I4.
bool martlet_mutex_spin(MartletChannel *line, bool wasWoken, bool blocks);
// The line's lock is held. Takes it, or marks it so that its release looks for those who wait. `inTurn`: it was woken
// with the word reserved for it; said once.
bool martlet_mutex_take_or_mark(MartletChannel *line, bool inTurn, bool blocks);

// ---- ReadWriteLock

// The word: whether a writer holds it; whether newcomers have to look at the line, or only writers do, since readers
// that were invited are on the way; and the number of readers.
enum : uint32_t { MartletWriter = 1, MartletQueued = 2, MartletReadersComing = 4, MartletReader = 8 };

static inline bool martlet_read_take(MartletChannel *line) {
  uint32_t word = __atomic_load_n(&line->count, __ATOMIC_RELAXED);
  // Other readers may come and go in between; that alone is no reason to look at the line.
  while (!(word & (MartletWriter | MartletQueued)))
    // ORDERING: acquire pairs with the release of the last writer.
    if (__atomic_compare_exchange_n(&line->count, &word, word + MartletReader, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_RELAXED))
      return true;
  return false;
}
// True: it was the last one and somebody waits: admit.
static inline bool martlet_read_give(MartletChannel *line) {
  // ORDERING: release: a writer comes after what was read.
  uint32_t word = __atomic_fetch_sub(&line->count, MartletReader, __ATOMIC_RELEASE);
  return __builtin_expect((word & MartletQueued) && word / MartletReader == 1, 0);
}
static inline bool martlet_write_take(MartletChannel *line) {
  uint32_t word = 0;
  // ORDERING: acquire pairs with the releases of the last writer and of the readers since.
  return __atomic_compare_exchange_n(&line->count, &word, MartletWriter, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}
// True: somebody waits: admit.
static inline bool martlet_write_give(MartletChannel *line) {
  // ORDERING: release publishes what the writer wrote.
  return (__atomic_fetch_sub(&line->count, MartletWriter, __ATOMIC_RELEASE) & MartletQueued) != 0;
}
bool martlet_read_write_spin(MartletChannel *line, bool writes);
// The line's lock is held. Takes it, or marks it so that newcomers queue. `invited`: by martlet_read_write_admit, once
// an invitation; `blocks`: I4.
bool martlet_read_write_take(MartletChannel *line, bool writes, bool invited, bool blocks);
// The line's lock is held: somebody gave the lock back, or left the line. Returns whom to resume.
MartletWaiter *martlet_read_write_admit(MartletChannel *line);

// ---- Condition, semaphore, latch. The line's lock is held; what is returned is to be resumed.

static inline uint64_t martlet_signals(const MartletChannel *line) {
  // ORDERING: relaxed: whoever compares two of them has the lock of what the condition is about, or the line's,
  // between.
  return __atomic_load_n(&line->sent, __ATOMIC_RELAXED);
}
static inline uint64_t martlet_signals_add(MartletChannel *line) {
  uint64_t signals = line->sent + 1;
  __atomic_store_n(&line->sent, signals, __ATOMIC_RELAXED);
  return signals;
}
// Wakes the one that has waited longest, if it looked before the signal; all of them where `signal` is 0.
MartletWaiter *martlet_signal(MartletChannel *line, uint64_t signal);

bool martlet_permits_take(MartletChannel *line, uint32_t amount);
// Adds permits, and grants wishes from the first on, as many as can be granted.
MartletWaiter *martlet_permits_give(MartletChannel *line, uint32_t amount);
// The same for permits whose taking nobody has recorded.
MartletWaiter *martlet_permits_supply(MartletChannel *line, uint32_t amount);
void martlet_permits_begin(MartletChannel *line, uint32_t permits);

// Holds: permits that are taken and given back in one scope, with a record of the task. No lock is held. The record is a
// waiter by which nobody waits, so that inspectors find it where they look anyway; it costs no allocation.
// Takes permits if there are enough and nobody waits; null: there are not.
MartletWaiter *martlet_permits_hold(MartletChannel *line, uint32_t amount, MartletSite site);
// Records permits that were taken by waiting.
MartletWaiter *martlet_permits_record(MartletChannel *line, uint32_t amount, MartletSite site);
// Gives them back, and resumes whoever can go on with them.
void martlet_permits_give_back(MartletWaiter *hold);
static inline uint32_t martlet_line_available(const MartletChannel *line) { return line->available; }
static inline void martlet_line_available_set(MartletChannel *line, uint32_t available) { line->available = available; }

static inline bool martlet_line_is_open(const MartletChannel *line) {
  // ORDERING: acquire: what was done before it was opened is seen.
  return __atomic_load_n(&line->closed, __ATOMIC_ACQUIRE) != 0;
}
MartletWaiter *martlet_line_open(MartletChannel *line);
// The first one that waits, told that it is its turn; null if nobody waits.
MartletWaiter *martlet_line_next(MartletChannel *line);
