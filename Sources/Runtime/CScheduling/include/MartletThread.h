// What a thread holds for itself: the worker it is, its cache of waiters, its random bits.
#pragma once
#include "MartletWaiter.h"

struct MartletWorker;
struct MartletSelect;
struct MartletChild;
struct MartletScope;

// A closure of Swift's, which does not escape, to be called once the task of this thread has suspended by a hop.
typedef struct MartletHop {
  void *function, *context;
} MartletHop;

typedef struct MartletThreadState {
  struct MartletWorker *worker;  // null on threads that are not ours
  MartletWaiter *waiters;        // free ones
  struct MartletSelect *selects; // free ones
  void **activeTask;             // the runtime's current task of this thread; null while unknown
  void **accessSet;              // the runtime's exclusive accesses of this thread
  uint64_t random, drawn;        // state of splitmix64; what is drawn next, computed before anybody waits for it
  struct MartletChild *idle;     // with tasks to run the next children; of workers alone, which do not end
  struct MartletChild *fullIdle; // a whole magazine of them, or null: see Children.c
  struct MartletScope *scopes;   // free ones, of workers alone
  uint32_t waiterCount, selectCount, idleCount, scopeCount;
  bool registered;               // the cache is given back when the thread ends
  MartletHop hop;
} MartletThreadState;

extern __thread MartletThreadState martlet_thread __attribute__((tls_model("initial-exec")));

enum { MartletWaiterCache = 64 };

static inline MartletWaiter *martlet_waiter_allocate(size_t size, size_t alignment) {
  MartletWaiter *waiter = martlet_thread.waiters;
  if (__builtin_expect(waiter == NULL, 0)) waiter = martlet_waiter_refill();
  martlet_thread.waiters = waiter->next;
  martlet_thread.waiterCount--;
  waiter->select = NULL;
  waiter->outcome = MartletPending;
  // A waiter in the pool stands free.
  waiter->payload = (size <= MartletInlinePayload && alignment <= 16) ? (void *)waiter->inlined
                                                                      : martlet_payload_allocate(size, alignment);
  return waiter;
}

// No lock is held.
static inline void martlet_waiter_free(MartletWaiter *waiter, size_t alignment) {
  if (__builtin_expect(martlet_standing(waiter) != MartletStandingFree, 0)) martlet_waiter_forget_cancellation(waiter);
  if (__builtin_expect(waiter->payload != (void *)waiter->inlined, 0)) martlet_payload_free(waiter->payload, alignment);
  waiter->next = martlet_thread.waiters;
  martlet_thread.waiters = waiter;
  if (__builtin_expect(++martlet_thread.waiterCount > MartletWaiterCache, 0)) martlet_waiter_spill();
}

// Sixty-four random bits: splitmix64 (Steele, Lea, Flood, OOPSLA 2014), one state a thread.
static inline uint64_t martlet_random_step(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}
void martlet_random_seed_thread(void);
static inline uint64_t martlet_random(void) {
  if (__builtin_expect(martlet_thread.random == 0, 0)) martlet_random_seed_thread();
  uint64_t bits = martlet_thread.drawn;
  martlet_thread.drawn = martlet_random_step(&martlet_thread.random);
  return bits;
}
