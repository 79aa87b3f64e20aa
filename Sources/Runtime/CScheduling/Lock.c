#include "MartletLock.h"

#include <sched.h>
#include <time.h>

#include "Pause.h"

void martlet_lock_slow(MartletLock *lock) {
  for (unsigned round = 0;; round++) {
    unsigned pauses = 1u << (round < 6 ? round : 6);
    while (pauses--) martlet_pause();
    uint32_t free = 0;
    // ORDERING: as in martlet_lock; the relaxed look first keeps the line shared while it is held.
    if (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
      return;
    // The holder is likely off its core: give it ours, and after a while stop competing for it.
    if (round > 40) {
      nanosleep(&(struct timespec){0, 50000}, NULL);
    } else if (round > 12) {
      sched_yield();
    }
  }
}
