// The lock that protects a channel, a timer queue or a pool: one word, taken by compare-and-swap, released by a store.
//
// Critical sections are tens of instructions long and hold no other lock but by the rules of MartletSelect.h, so a
// waiter first spins, then yields its core, then sleeps for microseconds: whoever holds the lock may have lost its core.
// A plain store releases it, which is what makes an uncontended pair cost one locked instruction; the price is that a
// waiter cannot be woken by the holder.
//
// Beside the word stands a count of holders (a seqlock's): if the lock is free after the count was read, and the count is
// the same later, nothing that the lock protects changed in between, which lets a select see many channels at one
// instant. It is a word of its own: in the lock word it would double the cost of an uncontended pair.
//
// I1. Nothing is resumed, called back or freed by user code while a lock is held.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MartletLock {
  uint32_t word;  // 0 free, 1 held
  uint32_t version;
} MartletLock;

void martlet_lock_slow(MartletLock *lock);

// For holders that change nothing: they do not count, so that they neither disturb a select nor each other.
static inline void martlet_lock_to_look(MartletLock *lock) {
  uint32_t free = 0;
  // ORDERING: acquire pairs with the release in martlet_unlock and makes the last holder's writes visible.
  if (__builtin_expect(
          !__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 0))
    martlet_lock_slow(lock);
}

static inline void martlet_lock(MartletLock *lock) {
  martlet_lock_to_look(lock);
  __atomic_store_n(&lock->version, __atomic_load_n(&lock->version, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
  // ORDERING: nothing that the holder writes is seen before the new version. Costs nothing on x86.
  __atomic_thread_fence(__ATOMIC_RELEASE);
}

static inline void martlet_unlock(MartletLock *lock) {
  // ORDERING: release publishes everything the holder wrote; nobody waits on the word itself, so no exchange is needed.
  __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}

// The version, with bit 40 set if the lock is held after it was read: by a holder that the version may count already.
static inline uint64_t martlet_version_before(const MartletLock *lock) {
  // ORDERING: acquire, both: what is read next is not read before.
  uint64_t version = __atomic_load_n(&lock->version, __ATOMIC_ACQUIRE);
  return version | (uint64_t)__atomic_load_n(&lock->word, __ATOMIC_ACQUIRE) << 40;
}
static inline uint64_t martlet_version_after(const MartletLock *lock) {
  // ORDERING: the fence keeps what was read before it from moving behind this load.
  __atomic_thread_fence(__ATOMIC_ACQUIRE);
  return __atomic_load_n(&lock->version, __ATOMIC_RELAXED);
}
