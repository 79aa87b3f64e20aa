// The lock that protects a channel, a timer queue or a pool.
//
// Critical sections are tens of instructions long and hold no other lock but by the rules of MartletSelect.h, so a
// waiter first spins, then yields its core, then sleeps for microseconds: whoever holds the lock may have lost its
// core. It is taken by compare-and-swap and released by a store, which makes an uncontended pair cost one locked
// instruction; the price is that a waiter cannot be woken by the holder.
//
// A lock that one worker has taken hundreds of times in a row is biased to that worker, which from then on takes it by
// a store, without any locked instruction: a third to three quarters of what an operation on a channel costs. Whoever
// else wants it takes the bias away first, by a fence in every thread of the process (membarrier), for a microsecond or
// two; so it pays where partners run on one worker, which the scheduler sees to, and is bounded where they do not: see
// martlet_lock_consider. Biased locks: Kawachiya, Koseki, Onodera, "Lock Reservation" (OOPSLA 2002); the asymmetric
// fence as in Dice, Moir, Scherer, "Quickly Reacquirable Locks" (2003). The protocol is Specifications/biased-lock.csp.
//
// Beside the lock stands a count of holders (a seqlock's): if the lock is free after the count was read, and the count
// is the same later, nothing that the lock protects changed in between, which lets a select see many channels at one
// instant.
//
// I1. Nothing is resumed, called back or freed by user code while a lock is held.
// I2. Held by its word: `word` is 1, and `owner` neither biased nor being revoked. Held by its bias: `reserved` is 1,
//     and `owner` is the holder's bias, or being revoked. Never both.
// I3. `owner` becomes biased by a holder alone, to itself. It stops being so by a revoker alone, who waits, behind a
//     fence of every thread, until the owner is not about to hold the lock by its bias and does not.
// I4. Whoever sets `word` and then finds the lock biased or being revoked does not hold it, and clears it again.
// I5. Only the holder writes `reserved`, by bias or about to hold by it: it may be another's by the time that a former
//     owner looks again, so that nobody may set it and take that back.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MartletLock {
  uint8_t word;      // 0 free, 1 held by its word
  uint8_t reserved;  // 1 held by its bias
  uint16_t owner;    // whom it is biased to, or who took it last and how often; see the bits below
  uint32_t version;
} MartletLock;

enum {
  MartletOwnerWorker = 0x007f,    // one more than the worker's number; 0: a thread that is no worker
  MartletOwnerStreakOne = 0x0080, // how long the worker has taken it without another, counted in steps
  MartletOwnerStreak = 0x0380,
  MartletOwnerRevoking = 0x4000,
  MartletOwnerBiased = 0x8000,
  MartletOwnerTaken = MartletOwnerRevoking | MartletOwnerBiased,
  MartletUnbiasable = 0xc000,  // no owner is ever this
};

typedef struct MartletBias {
  const struct MartletLock *entering;  // the lock that this thread is about to take by its bias
  uint16_t owner;  // what `owner` is in a lock biased to this thread; MartletUnbiasable for all but workers
} MartletBias;

extern __thread MartletBias martlet_bias __attribute__((tls_model("initial-exec")));
// Makes this thread one that locks can be biased to: worker `number`, from 0. Workers do not end.
void martlet_bias_begin(uint32_t number);

void martlet_lock_slow(MartletLock *lock);
// What to do in the `round`th look for something that another thread is about to do, which may have lost its core:
// spin, then yield the core, then sleep for microseconds.
void martlet_wait_a_little(unsigned round);
// The lock is held by its word, has been taken by this thread alone since a step ago, and may become biased to it.
void martlet_lock_consider(MartletLock *lock);

// Takes the lock if it is biased to this thread.
static inline __attribute__((always_inline)) bool martlet_lock_by_bias(MartletLock *lock, uint16_t bias) {
  if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != bias) return false;
  // ORDERING: relaxed, and no fence between the store and the load behind it: a revoker has every thread pass one
  // between its own two, so that either this thread sees the revocation, or the revoker sees this thread enter. What
  // the last holder wrote was written by this thread, or before it became the owner.
  __atomic_store_n(&martlet_bias.entering, lock, __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  bool isMine = __builtin_expect(__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == bias, 1);
  if (isMine) __atomic_store_n(&lock->reserved, 1, __ATOMIC_RELAXED);
  // ORDERING: release: a revoker that sees this thread gone sees the reservation.
  __atomic_store_n(&martlet_bias.entering, NULL, __ATOMIC_RELEASE);
  return isMine;
}

// Takes the lock by its word; the owner as it then is.
static inline __attribute__((always_inline)) uint16_t martlet_lock_by_word(MartletLock *lock) {
  uint8_t free = 0;
  // ORDERING: acquire pairs with the release in martlet_unlock and makes the last holder's writes visible; the owner is
  // read after it: see I4.
  if (__builtin_expect(
          !__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 0))
    martlet_lock_slow(lock);
  uint16_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
  if (__builtin_expect(owner & MartletOwnerTaken, 0)) {
    __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
    martlet_lock_slow(lock);
    owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
  }
  return owner;
}

// For holders that change nothing: they do not count, so that they neither disturb a select nor each other.
static inline __attribute__((always_inline)) void martlet_lock_to_look(MartletLock *lock) {
  if (!martlet_lock_by_bias(lock, martlet_bias.owner)) martlet_lock_by_word(lock);
}

static inline __attribute__((always_inline)) void martlet_lock(MartletLock *lock) {
  uint16_t bias = martlet_bias.owner;
  uint32_t version;
  if (martlet_lock_by_bias(lock, bias)) {
    version = __atomic_load_n(&lock->version, __ATOMIC_RELAXED) + 1;
  } else {
    uint16_t owner = martlet_lock_by_word(lock);
    version = __atomic_load_n(&lock->version, __ATOMIC_RELAXED) + 1;
    if ((owner ^ bias) & MartletOwnerWorker)
      __atomic_store_n(&lock->owner, bias & MartletOwnerWorker, __ATOMIC_RELAXED);
    else if (__builtin_expect(version % 64 == 0, 0))
      martlet_lock_consider(lock);
  }
  __atomic_store_n(&lock->version, version, __ATOMIC_RELAXED);
  // ORDERING: nothing that the holder writes is seen before the new version. Costs nothing on x86.
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline __attribute__((always_inline)) void martlet_unlock(MartletLock *lock) {
  // I2 tells how it is held.
  uint8_t *held = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) & MartletOwnerTaken ? &lock->reserved : &lock->word;
  // ORDERING: release publishes everything the holder wrote; nobody waits on the word itself, so no exchange is needed.
  __atomic_store_n(held, 0, __ATOMIC_RELEASE);
}

// Whether anybody holds it, or has taken the word to find out that it does not.
// ORDERING: acquire: what is read next is not read before.
static inline bool martlet_is_locked(const MartletLock *lock) {
  return __atomic_load_n(&lock->word, __ATOMIC_ACQUIRE) | __atomic_load_n(&lock->reserved, __ATOMIC_ACQUIRE);
}

// Whether it is biased to a worker: a hint to everybody but its holder.
static inline bool martlet_leans(const MartletLock *lock) {
  // ORDERING: relaxed: nothing is read by it.
  return __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) & MartletOwnerBiased;
}

// The version, with bit 40 set if the lock is held after it was read: by a holder that the version may count already.
static inline uint64_t martlet_version_before(const MartletLock *lock) {
  // ORDERING: acquire, as martlet_is_locked: what is read next is not read before.
  uint64_t version = __atomic_load_n(&lock->version, __ATOMIC_ACQUIRE);
  return version | (uint64_t)martlet_is_locked(lock) << 40;
}
static inline uint64_t martlet_version_after(const MartletLock *lock) {
  // ORDERING: the fence keeps what was read before it from moving behind this load.
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(&lock->version, __ATOMIC_RELAXED);
}
