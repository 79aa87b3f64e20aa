// The pools of waiters and of channel headers: slabs that are never given back, so that their memory keeps its type.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "MartletChannel.h"
#include "MartletSelect.h"
#include "Slabs.h"
#include "ThreadCache.h"

__thread MartletThreadState martlet_thread __attribute__((tls_model("initial-exec")));

enum { SlabWaiters = 63, SlabHeaders = 63 };

typedef struct WaiterSlab {
  struct WaiterSlab *next;
  _Alignas(64) MartletWaiter waiters[SlabWaiters];
} WaiterSlab;

typedef struct HeaderSlab {
  struct HeaderSlab *next;
  _Alignas(64) MartletChannel headers[SlabHeaders];
} HeaderSlab;

// Neither kind shares a cache line with its neighbour.
_Static_assert(sizeof(MartletWaiter) % 64 == 0 && sizeof(MartletChannel) % 64 == 0, "");

static MartletLock poolLock;
static MartletWaiter *freeWaiters;
static WaiterSlab *waiterSlabs;
static MartletChannel *freeHeaders;
static HeaderSlab *headerSlabs;

static void *slab_allocate(size_t size) {
  void *slab = aligned_alloc(64, (size + 63) / 64 * 64);
  if (!slab) abort();
  memset(slab, 0, size);
  return slab;
}

// ---- Threads give their waiters back when they end.

static pthread_key_t threadEnd;
static pthread_once_t threadEndOnce = PTHREAD_ONCE_INIT;

static void give_back(MartletWaiter *first, MartletWaiter *last) {
  martlet_lock(&poolLock);
  last->next = freeWaiters;
  freeWaiters = first;
  martlet_unlock(&poolLock);
}

static void thread_ended(void *unused) {
  (void)unused;
  martlet_select_release_cache();
  MartletWaiter *first = martlet_thread.waiters;
  if (!first) return;
  MartletWaiter *last = first;
  while (last->next) last = last->next;
  martlet_thread.waiters = NULL;
  martlet_thread.waiterCount = 0;
  martlet_thread.registered = false;
  give_back(first, last);
}

static void make_key(void) { pthread_key_create(&threadEnd, thread_ended); }

void martlet_thread_register(void) {
  if (martlet_thread.registered) return;
  martlet_thread.registered = true;
  pthread_once(&threadEndOnce, make_key);
  pthread_setspecific(threadEnd, &martlet_thread);
}

// ---- Waiters

MartletWaiter *martlet_waiter_refill(void) {
  martlet_thread_register();
  martlet_lock(&poolLock);
  if (!freeWaiters) {
    WaiterSlab *slab = slab_allocate(sizeof(WaiterSlab));
    slab->next = waiterSlabs;
    // ORDERING: release: an inspector walks the list without the lock.
    __atomic_store_n(&waiterSlabs, slab, __ATOMIC_RELEASE);
    for (int i = SlabWaiters; i-- > 0;) {
      slab->waiters[i].next = freeWaiters;
      freeWaiters = &slab->waiters[i];
    }
  }
  MartletWaiter *first = freeWaiters, *last = first;
  uint32_t count = 1;
  while (count < MartletWaiterCache / 2 && last->next) last = last->next, count++;
  freeWaiters = last->next;
  last->next = NULL;
  martlet_unlock(&poolLock);
  martlet_thread.waiters = first;
  martlet_thread.waiterCount = count;
  return first;
}

void martlet_waiter_forget_cancellation(MartletWaiter *waiter) {
  // Under the lock: an inspector may take it for what it was.
  MartletLock *lock = (MartletLock *)waiter->channel;
  martlet_lock(lock);
  martlet_standing_set(waiter, MartletStandingFree);
  martlet_unlock(lock);
}

void martlet_waiter_spill(void) {
  martlet_thread_register();
  MartletWaiter *kept = martlet_thread.waiters;
  for (uint32_t i = 1; i < MartletWaiterCache / 2; i++) kept = kept->next;
  MartletWaiter *first = kept->next, *last = first;
  kept->next = NULL;
  martlet_thread.waiterCount = MartletWaiterCache / 2;
  while (last->next) last = last->next;
  give_back(first, last);
}

void *martlet_payload_allocate(size_t size, size_t alignment) {
  void *payload = NULL;
  if (posix_memalign(&payload, alignment < sizeof(void *) ? sizeof(void *) : alignment, size) != 0) abort();
  return payload;
}

void martlet_payload_free(void *payload, size_t alignment) {
  (void)alignment;
  free(payload);
}

// ---- Headers

MartletChannel *martlet_channel_allocate(void) {
  martlet_lock(&poolLock);
  if (!freeHeaders) {
    HeaderSlab *slab = slab_allocate(sizeof(HeaderSlab));
    slab->next = headerSlabs;
    // ORDERING: release: as for waiters.
    __atomic_store_n(&headerSlabs, slab, __ATOMIC_RELEASE);
    for (int i = SlabHeaders; i-- > 0;) {
      slab->headers[i].nextFree = freeHeaders;
      freeHeaders = &slab->headers[i];
    }
  }
  MartletChannel *channel = freeHeaders;
  freeHeaders = channel->nextFree;
  martlet_unlock(&poolLock);
  // Under its own lock, word by word: an inspector with a stale pointer may be looking.
  martlet_lock(&channel->lock);
  channel->closed = 0;
  channel->overflow = MartletWait;
  channel->resource = MartletResourceChannel;
  channel->available = channel->awaited = 0;
  channel->count = channel->capacity = channel->sendIndex = channel->receiveIndex = 0;
  channel->receivers = channel->senders = channel->lastReceiver = channel->lastSender = NULL;
  channel->ring = NULL;
  channel->sent = channel->dropped = 0;
  channel->name = channel->file = NULL;
  channel->halved = channel->supplied = 0;
  martlet_unlock(&channel->lock);
  return channel;
}

void martlet_channel_free(MartletChannel *channel) {
  martlet_lock(&poolLock);
  channel->nextFree = freeHeaders;
  freeHeaders = channel;
  martlet_unlock(&poolLock);
}

// ---- Random bits

void martlet_random_seed_thread(void) {
  static uint64_t seeds = 0x5eed;
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  uint64_t state = __atomic_add_fetch(&seeds, 0x632be59bd9b4e019u, __ATOMIC_RELAXED) ^ (uint64_t)time.tv_nsec;
  martlet_thread.random = martlet_random_step(&state) | 1;
  martlet_thread.drawn = martlet_random_step(&martlet_thread.random);
}

// ---- Inspection

void martlet_each_waiter(void (*visit)(MartletWaiter *waiter, void *context), void *context) {
  for (WaiterSlab *slab = __atomic_load_n(&waiterSlabs, __ATOMIC_ACQUIRE); slab; slab = slab->next)
    for (int i = 0; i < SlabWaiters; i++) visit(&slab->waiters[i], context);
}

void martlet_each_header(void (*visit)(MartletChannel *header, void *context), void *context) {
  for (HeaderSlab *slab = __atomic_load_n(&headerSlabs, __ATOMIC_ACQUIRE); slab; slab = slab->next)
    for (int i = 0; i < SlabHeaders; i++) visit(&slab->headers[i], context);
}
