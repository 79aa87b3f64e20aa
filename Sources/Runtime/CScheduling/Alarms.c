// Heaps of alarms, and the thread that fires those of the machine's clock.
#include "MartletAlarms.h"
#include "MartletScheduler.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "Futex.h"
#include "Pause.h"

static MartletAlarmQueue *queue_of(MartletWaiter *waiter) { return (MartletAlarmQueue *)waiter->channel; }

static __thread MartletWaiter *calling __attribute__((tls_model("initial-exec")));  // whose callback runs here

// ---- The heap, four children a node: shallower than two, and the children share a cache line

static bool earlier(MartletWaiter *left, MartletWaiter *right) {
  return martlet_alarm(left)->deadline < martlet_alarm(right)->deadline;
}

static void place(MartletAlarmQueue *queue, MartletWaiter *waiter, uint32_t position) {
  queue->heap[position] = waiter;
  martlet_alarm(waiter)->position = position;
}

static void sift_up(MartletAlarmQueue *queue, MartletWaiter *waiter, uint32_t position) {
  while (position > 0) {
    uint32_t parent = (position - 1) / 4;
    if (!earlier(waiter, queue->heap[parent])) break;
    place(queue, queue->heap[parent], position);
    position = parent;
  }
  place(queue, waiter, position);
}

static void sift_down(MartletAlarmQueue *queue, MartletWaiter *waiter, uint32_t position) {
  for (;;) {
    uint32_t first = 4 * position + 1;
    if (first >= queue->count) break;
    uint32_t end = first + 4 < queue->count ? first + 4 : queue->count, least = first;
    for (uint32_t child = first + 1; child < end; child++)
      if (earlier(queue->heap[child], queue->heap[least])) least = child;
    if (!earlier(queue->heap[least], waiter)) break;
    place(queue, queue->heap[least], position);
    position = least;
  }
  place(queue, waiter, position);
}

static void *run_alarms(void *argument);

void martlet_alarm_enqueue(MartletWaiter *waiter) {
  MartletAlarmQueue *queue = queue_of(waiter);
  if (queue->count == queue->capacity) {
    queue->capacity = queue->capacity ? 2 * queue->capacity : 64;
    queue->heap = realloc(queue->heap, queue->capacity * sizeof(MartletWaiter *));
    if (!queue->heap) abort();
  }
  martlet_standing_set(waiter, MartletStandingQueued);
  sift_up(queue, waiter, queue->count++);
  if (queue->manual) return;
  if (!queue->running) {
    queue->running = true;
    queue->nextLook = INT64_MAX;
    pthread_t thread;
    if (pthread_create(&thread, NULL, run_alarms, queue) != 0) abort();
    pthread_detach(thread);
  }
  if (martlet_alarm(waiter)->deadline < queue->nextLook) {
    queue->nextLook = martlet_alarm(waiter)->deadline;
    // ORDERING: release, and the thread reads the bell under the lock before it sleeps on it.
    __atomic_add_fetch(&queue->doorbell, 1, __ATOMIC_RELEASE);
    martlet_futex_wake(&queue->doorbell, 1);
  }
}

void martlet_alarm_unlink(MartletWaiter *waiter) {
  MartletAlarmQueue *queue = queue_of(waiter);
  martlet_standing_set(waiter, MartletStandingFree);
  uint32_t position = martlet_alarm(waiter)->position;
  MartletWaiter *moved = queue->heap[--queue->count];
  if (moved == waiter) return;
  if (earlier(moved, waiter)) sift_up(queue, moved, position);
  else sift_down(queue, moved, position);
}

// ---- Firing

// Fires one alarm that is due at `now`; false if none is. The lock is held on entry and on return, not in between.
static bool fire_one(MartletAlarmQueue *queue, int64_t now) {
  if (queue->count == 0 || martlet_alarm(queue->heap[0])->deadline > now) return false;
  MartletWaiter *waiter = queue->heap[0];
  MartletAlarmPayload *alarm = martlet_alarm(waiter);
  martlet_alarm_unlink(waiter);
  if (!alarm->callback) {
    if (waiter->select && !martlet_select_claim(waiter->select, waiter->index)) return true;
    martlet_outcome_set(waiter, MartletDone);
    MartletToken token = martlet_token(waiter);
    martlet_unlock(&queue->lock);
    martlet_resume(token);
    martlet_lock(&queue->lock);
    return true;
  }
  if (alarm->period > 0) {
    int64_t missed = (now - alarm->deadline) / alarm->period;
    alarm->deadline += (missed + 1) * alarm->period;
    martlet_alarm_enqueue(waiter);
  }
  alarm->calling = 1;
  void (*callback)(void *, int64_t) = alarm->callback;
  void *context = alarm->context;
  martlet_unlock(&queue->lock);
  MartletWaiter *outer = calling;
  calling = waiter;
  callback(context, now);
  bool stopped = calling != waiter;  // by the callback itself: the waiter may be somebody else's by now
  calling = outer;
  martlet_lock(&queue->lock);
  if (!stopped) alarm->calling = 0;
  return true;
}

static void *run_alarms(void *argument) {
  MartletAlarmQueue *queue = argument;
  martlet_lock(&queue->lock);
  for (;;) {
    while (fire_one(queue, martlet_now())) {
    }
    queue->nextLook = queue->count ? martlet_alarm(queue->heap[0])->deadline : INT64_MAX;
    uint32_t bell = __atomic_load_n(&queue->doorbell, __ATOMIC_ACQUIRE);
    int64_t next = queue->nextLook;
    martlet_unlock(&queue->lock);
    int64_t left = next == INT64_MAX ? -1 : next - martlet_now();
    if (next == INT64_MAX || left > 0) martlet_futex_wait(&queue->doorbell, bell, left);
    martlet_lock(&queue->lock);
  }
  return NULL;
}

void martlet_alarms_advance(MartletAlarmQueue *queue, int64_t now) {
  martlet_lock(&queue->lock);
  while (queue->count && martlet_alarm(queue->heap[0])->deadline <= now) {
    // The clock stands at each deadline while it is served, so that what a callback sets next is set from there.
    int64_t deadline = martlet_alarm(queue->heap[0])->deadline;
    if (deadline > queue->manualNow) __atomic_store_n(&queue->manualNow, deadline, __ATOMIC_RELAXED);
    fire_one(queue, queue->manualNow);
  }
  if (now > queue->manualNow) __atomic_store_n(&queue->manualNow, now, __ATOMIC_RELAXED);
  martlet_unlock(&queue->lock);
}

// ---- Queues

MartletAlarmQueue *martlet_alarms_monotonic(void) {
  static MartletAlarmQueue queue;
  return &queue;
}

static MartletLock poolLock;
static MartletAlarmQueue *freeQueues;

MartletAlarmQueue *martlet_alarms_manual(void) {
  martlet_lock(&poolLock);
  MartletAlarmQueue *queue = freeQueues;
  if (queue) freeQueues = queue->nextFree;
  martlet_unlock(&poolLock);
  if (queue) return queue;
  queue = calloc(1, sizeof *queue);
  if (!queue) abort();
  queue->manual = true;
  return queue;
}

void martlet_alarms_free(MartletAlarmQueue *queue) {
  // Under its own lock: an inspector with a stale pointer may be looking.
  martlet_lock(&queue->lock);
  MartletWaiter **heap = queue->heap;
  queue->heap = NULL;
  queue->count = queue->capacity = 0;
  __atomic_store_n(&queue->manualNow, 0, __ATOMIC_RELAXED);
  martlet_unlock(&queue->lock);
  free(heap);
  martlet_lock(&poolLock);
  queue->nextFree = freeQueues;
  freeQueues = queue;
  martlet_unlock(&poolLock);
}

int64_t martlet_alarms_now(MartletAlarmQueue *queue) {
  return queue->manual ? __atomic_load_n(&queue->manualNow, __ATOMIC_RELAXED) : martlet_now();
}

uint32_t martlet_alarms_count(MartletAlarmQueue *queue) {
  martlet_lock(&queue->lock);
  uint32_t count = queue->count;
  martlet_unlock(&queue->lock);
  return count;
}

int64_t martlet_alarms_deadline(MartletAlarmQueue *queue, int64_t ahead) {
  // What is to be at once is due at once.
  int64_t now = ahead <= 0 || queue->manual ? martlet_alarms_now(queue) : martlet_soon(), sum;
  if (__builtin_expect(__builtin_add_overflow(now, ahead, &sum), 0)) return INT64_MAX - 1;
  if (__builtin_expect(sum == INT64_MAX, 0)) return INT64_MAX - 1;
  return sum < 0 ? 0 : sum;
}

// ---- Single alarms

MartletWaiter *martlet_alarm_allocate(MartletAlarmQueue *queue, int64_t deadline) {
  MartletWaiter *waiter = martlet_waiter_allocate(sizeof(MartletAlarmPayload), 8);
  martlet_waiter_aim(waiter, queue, MartletAlarm);
  *martlet_alarm(waiter) = (MartletAlarmPayload){.deadline = deadline};
  return waiter;
}

bool martlet_alarm_due(MartletWaiter *waiter) {
  return martlet_alarm(waiter)->deadline <= martlet_alarms_now(queue_of(waiter));
}

void martlet_alarm_set(MartletWaiter *waiter, int64_t deadline, int64_t period,
                       void (*callback)(void *context, int64_t now), void *context) {
  MartletAlarmQueue *queue = queue_of(waiter);
  martlet_lock(&queue->lock);
  if (martlet_standing(waiter) == MartletStandingQueued) martlet_alarm_unlink(waiter);
  MartletAlarmPayload *alarm = martlet_alarm(waiter);
  alarm->deadline = deadline;
  alarm->period = period;
  alarm->callback = callback;
  alarm->context = context;
  martlet_alarm_enqueue(waiter);
  martlet_unlock(&queue->lock);
}

MartletWaiter *martlet_alarm_begin(MartletAlarmQueue *queue, int64_t deadline,
                                   void (*callback)(void *context, int64_t now), void *context) {
  MartletWaiter *waiter = martlet_alarm_allocate(queue, deadline);
  martlet_alarm(waiter)->callback = callback;
  martlet_alarm(waiter)->context = context;
  martlet_lock(&queue->lock);
  martlet_alarm_enqueue(waiter);
  martlet_unlock(&queue->lock);
  return waiter;
}

void martlet_alarm_end(MartletWaiter *waiter) {
  martlet_alarm_stop(waiter);
  martlet_waiter_free(waiter, 8);
}

int64_t martlet_alarm_period(MartletWaiter *waiter) {
  MartletAlarmQueue *queue = queue_of(waiter);
  martlet_lock(&queue->lock);
  int64_t period = martlet_alarm(waiter)->period;
  martlet_unlock(&queue->lock);
  return period;
}

void martlet_alarm_stop(MartletWaiter *waiter) {
  MartletAlarmQueue *queue = queue_of(waiter);
  martlet_lock(&queue->lock);
  for (;;) {
    if (martlet_standing(waiter) == MartletStandingQueued) martlet_alarm_unlink(waiter);
    if (!martlet_alarm(waiter)->calling) break;
    if (calling == waiter) {
      calling = NULL;
      martlet_alarm(waiter)->calling = 0;
      break;
    }
    martlet_unlock(&queue->lock);
    martlet_pause();
    martlet_lock(&queue->lock);
  }
  martlet_unlock(&queue->lock);
}
