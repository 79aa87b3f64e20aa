// The lock that protects a channel, a timer queue or a pool: one word, taken by compare-and-swap, released by a store.
//
// Critical sections are tens of instructions long and hold no other lock but by the rules of MartletSelect.h, so a
// waiter first spins, then yields its core, then sleeps for microseconds: whoever holds the lock may have lost its core.
// A plain store releases it, which is what makes an uncontended pair cost one locked instruction; the price is that a
// waiter cannot be woken by the holder.
//
// The word counts: even, the lock is free; odd, it is held. So it is a version as well (a seqlock): if it is even and
// unchanged, nothing that the lock protects has changed, which lets a select see many channels at one instant.
//
// I1. Nothing is resumed, called back or freed by user code while a lock is held.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MartletLock {
  uint32_t word;
} MartletLock;

void martlet_lock_slow(MartletLock *lock);

static inline void martlet_lock(MartletLock *lock) {
  uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED) & ~1u;
  // ORDERING: acquire pairs with the release in martlet_unlock and makes the last holder's writes visible.
  if (__builtin_expect(
          !__atomic_compare_exchange_n(&lock->word, &word, word + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 0))
    martlet_lock_slow(lock);
  // ORDERING: nothing that the holder writes is seen before the odd word. Costs nothing on x86.
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void martlet_unlock(MartletLock *lock) {
  // ORDERING: release publishes everything the holder wrote; nobody else writes the word meanwhile.
  __atomic_store_n(&lock->word, __atomic_load_n(&lock->word, __ATOMIC_RELAXED) + 1, __ATOMIC_RELEASE);
}

// The number of times that the lock has been taken, with bit 40 set while it is held.
static inline uint64_t martlet_version_before(const MartletLock *lock) {
  // ORDERING: acquire: what is read next is not read before it.
  uint64_t word = __atomic_load_n(&lock->word, __ATOMIC_ACQUIRE);
  return (word >> 1) | (word & 1) << 40;
}
static inline uint64_t martlet_version_after(const MartletLock *lock) {
  // ORDERING: the fence keeps what was read before it from moving behind this load.
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  uint64_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);
  return (word >> 1) | (word & 1) << 40;
}
