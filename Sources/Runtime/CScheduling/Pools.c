// The pools of waiters and of channel headers: slabs that are never given back, so that their memory keeps its type.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "MartletChannel.h"
#include "MartletInspection.h"
#include "MartletPrimitives.h"
#include "MartletSelect.h"
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
    headerSlabs = slab;
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
  channel->name = NULL;
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
}

// ---- Inspection

// The waiter as it is now, if it is queued. It is read without its lock first, and believed only under it.
static bool describe(MartletWaiter *waiter, MartletWaitDescription *wait) {
  // ORDERING: acquire, in this order: see martlet_waiter_aim. A header may be locked at any time, it stays a header.
  uint8_t operation = __atomic_load_n((uint8_t *)&waiter->operation, __ATOMIC_ACQUIRE);
  MartletChannel *channel = __atomic_load_n(&waiter->channel, __ATOMIC_ACQUIRE);
  if (!channel || operation == MartletAlarm) return false;
  if (__atomic_load_n((uint8_t *)&waiter->operation, __ATOMIC_ACQUIRE) != operation) return false;
  martlet_lock(&channel->lock);
  bool valid = __atomic_load_n(&waiter->channel, __ATOMIC_RELAXED) == channel && waiter->queued;
  if (valid) {
    wait->channel = (uintptr_t)channel;
    // A direct waiter's token is its task; until it has parked, under this lock, there is nothing to see.
    MartletToken token = martlet_token(waiter);
    void *task = waiter->parking == MartletDirect ? (void *)token : waiter->task;
    wait->task = (uintptr_t)task;
    wait->operation = waiter->operation;
    wait->resource = channel->resource;
    bool counts = channel->resource == MartletResourceSemaphore || channel->resource == MartletResourceReadWriteLock;
    wait->amount = counts ? martlet_wish(waiter)->amount : 0;
    wait->inSelect = waiter->select != NULL;
    wait->since = waiter->since;
    wait->file = waiter->file;
    wait->fileLength = waiter->fileLength;
    wait->line = waiter->line;
    wait->name[0] = 0;
    if (channel->name) {
      strncpy(wait->name, channel->name, sizeof(wait->name) - 1);
      wait->name[sizeof(wait->name) - 1] = 0;
    }
    wait->taskName[0] = 0;
    if (waiter->parking != MartletDirect) {
      if (waiter->taskName) strncpy(wait->taskName, waiter->taskName, sizeof(wait->taskName) - 1);
      wait->taskName[sizeof(wait->taskName) - 1] = 0;
    } else if (task) {
      martlet_task_name(task, wait->taskName, sizeof(wait->taskName));
    }
  }
  martlet_unlock(&channel->lock);
  return valid;
}

size_t martlet_waits(MartletWaitDescription *waits, size_t capacity) {
  size_t count = 0;
  for (WaiterSlab *slab = __atomic_load_n(&waiterSlabs, __ATOMIC_ACQUIRE); slab; slab = slab->next)
    for (int i = 0; i < SlabWaiters; i++) {
      MartletWaitDescription wait;
      if (!describe(&slab->waiters[i], &wait)) continue;
      if (count < capacity) waits[count] = wait;
      count++;
    }
  return count;
}
