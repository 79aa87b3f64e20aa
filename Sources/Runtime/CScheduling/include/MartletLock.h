// The lock that protects a channel, a timer queue or a pool: one word, taken by compare-and-swap, released by a store.
//
// Critical sections are tens of instructions long and hold no other lock but by the rules of MartletSelect.h, so a
// waiter first spins, then yields its core, then sleeps for microseconds: whoever holds the lock may have lost its core.
// A plain store releases it, which is what makes an uncontended pair cost one locked instruction; the price is that a
// waiter cannot be woken by the holder.
//
// I1. Nothing is resumed, called back or freed by user code while a lock is held.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MartletLock {
  uint32_t word;  // 0 free, 1 held
} MartletLock;

void martlet_lock_slow(MartletLock *lock);

static inline void martlet_lock(MartletLock *lock) {
  uint32_t free = 0;
  // ORDERING: acquire pairs with the release in martlet_unlock and makes the last holder's writes visible.
  if (__builtin_expect(!__atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 0))
    martlet_lock_slow(lock);
}

static inline void martlet_unlock(MartletLock *lock) {
  // ORDERING: release publishes everything the holder wrote; nobody waits on the word itself, so no exchange is needed.
  __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}
