#include "MartletLock.h"

#include <sched.h>
#include <time.h>

#include "Fences.h"
#include "Pause.h"

__thread MartletBias martlet_bias __attribute__((tls_model("initial-exec"))) = {NULL, MartletUnbiasable};

static MartletBias *biases[MartletOwnerWorker + 1];  // by the part of `owner` that tells the worker

void martlet_bias_begin(uint32_t number) {
  uint32_t worker = number + 1;
  if (worker > MartletOwnerWorker) return;
  // ORDERING: release: read by whoever finds a lock biased to this thread, which was told by its word or its owner.
  __atomic_store_n(&biases[worker], &martlet_bias, __ATOMIC_RELEASE);
  martlet_bias.owner = (uint16_t)(MartletOwnerBiased | worker);
}

void martlet_wait_a_little(unsigned round) {
  unsigned pauses = 1u << (round < 6 ? round : 6);
  while (pauses--) martlet_pause();
  // The holder is likely off its core: give it ours, and after a while stop competing for it.
  if (round > 40) {
    nanosleep(&(struct timespec){0, 50000}, NULL);
  } else if (round > 12) {
    sched_yield();
  }
}

// Takes the bias away; false if somebody else has changed the owner. Nothing is held.
static bool revoke(MartletLock *lock, uint16_t owner) {
  // ORDERING: relaxed, followed by a fence in every thread, this one included.
  if (!__atomic_compare_exchange_n(&lock->owner, &owner, MartletOwnerRevoking, false, __ATOMIC_RELAXED,
                                   __ATOMIC_RELAXED))
    return false;
  MartletBias *bias = __atomic_load_n(&biases[owner & MartletOwnerWorker], __ATOMIC_ACQUIRE);
  martlet_fence_all();
  // ORDERING: acquire, both, in this order: the one that shows the owner gone shows its reservation; the other pairs
  // with the release of the last who held it by its bias.
  for (unsigned round = 0; __atomic_load_n(&bias->entering, __ATOMIC_ACQUIRE) == lock; round++)
    martlet_wait_a_little(round);
  for (unsigned round = 0; __atomic_load_n(&lock->reserved, __ATOMIC_ACQUIRE); round++) martlet_wait_a_little(round);
  // ORDERING: release: whoever takes the word from now on sees what the last holder wrote, who did not write the word.
  __atomic_store_n(&lock->owner, 0, __ATOMIC_RELEASE);
  return true;
}

void martlet_lock_slow(MartletLock *lock) {
  for (unsigned round = 0;; round++) {
    // ORDERING: acquire: see revoke.
    uint16_t owner = __atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE);
    if (owner & MartletOwnerBiased) {
      if (revoke(lock, owner)) round = 0;
      continue;
    }
    uint8_t free = 0;
    // ORDERING: as in martlet_lock_by_word; the relaxed look first keeps the line shared while it is held.
    if (!(owner & MartletOwnerRevoking) && __atomic_load_n(&lock->word, __ATOMIC_RELAXED) == 0 &&
        __atomic_compare_exchange_n(&lock->word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
      if (!(__atomic_load_n(&lock->owner, __ATOMIC_ACQUIRE) & MartletOwnerTaken)) return;
      __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
      continue;
    }
    martlet_wait_a_little(round);
  }
}

// A bias spares some nanoseconds at each taking, two on AMD and nine on Intel, and costs one to two microseconds when
// it is taken away, on two cores; more where more are to be fenced. It is given after a streak of some 500 takings, so
// that to give and to take it in turns costs about as much again as these do, at the worst.
void martlet_lock_consider(MartletLock *lock) {
  uint16_t bias = martlet_bias.owner;
  if (bias == MartletUnbiasable) return;
  uint16_t owner = __atomic_load_n(&lock->owner, __ATOMIC_RELAXED);
  if ((owner & MartletOwnerStreak) != MartletOwnerStreak) {
    __atomic_store_n(&lock->owner, owner + MartletOwnerStreakOne, __ATOMIC_RELAXED);
    return;
  }
  // ORDERING: release, in this order: whoever sees the word free sees the lock biased, and whoever sees it biased sees
  // it reserved.
  __atomic_store_n(&lock->reserved, 1, __ATOMIC_RELAXED);
  __atomic_store_n(&lock->owner, bias, __ATOMIC_RELEASE);
  __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
}
