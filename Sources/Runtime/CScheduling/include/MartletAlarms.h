// Alarms: waiters that become due at a time, in a heap a clock.
//
// The queue of the machine's clock has a thread of its own that sleeps until the earliest deadline; a manual clock's
// queue moves when it is told to.
//
// I1. Everything is under `lock`, which takes the place of a channel's lock where an alarm is a case of a select.
// I2. An alarm is resumed, or its callback called, with no lock held.
// I3. Queues are type-stable, as channels' headers are: a waiter's pointer to one may be followed at any time.
// Cost: logarithmic in the alarms that are set, to set, to cancel and to fire.
#pragma once
#include "MartletSelect.h"

typedef struct MartletAlarmQueue {
  MartletLock lock;  // first, where a channel has its own
  uint32_t count, capacity;
  uint32_t doorbell;  // changes when the thread has to look again
  bool manual;
  bool running;       // the thread has been started
  int64_t manualNow;
  int64_t nextLook;   // when the thread will look by itself
  MartletWaiter **heap;
  struct MartletAlarmQueue *nextFree;
} MartletAlarmQueue;

// What an alarm keeps where a sender or receiver keeps a value.
typedef struct MartletAlarmPayload {
  int64_t deadline;  // nanoseconds of the queue's clock
  int64_t period;    // 0: once
  uint32_t position;
  uint32_t calling;  // a callback is running
  void (*callback)(void *context, int64_t now);
  void *context;
} MartletAlarmPayload;

static inline MartletAlarmPayload *martlet_alarm(MartletWaiter *waiter) { return (MartletAlarmPayload *)waiter->inlined; }

// The queue of CLOCK_MONOTONIC.
MartletAlarmQueue *martlet_alarms_monotonic(void);
MartletAlarmQueue *martlet_alarms_manual(void);
void martlet_alarms_free(MartletAlarmQueue *queue);
int64_t martlet_alarms_now(MartletAlarmQueue *queue);
// The time on the queue that lies so many nanoseconds ahead. What would lie beyond the end of its time means never; what
// would lie before its beginning, then.
int64_t martlet_alarms_deadline(MartletAlarmQueue *queue, int64_t ahead);
uint32_t martlet_alarms_count(MartletAlarmQueue *queue);
// Moves a manual clock to `now` and fires what is due on the way, in order of deadline.
void martlet_alarms_advance(MartletAlarmQueue *queue, int64_t now);

// An alarm that is a case of a select or that one task waits for. Freed with martlet_waiter_free.
MartletWaiter *martlet_alarm_allocate(MartletAlarmQueue *queue, int64_t deadline);
// With the lock held:
bool martlet_alarm_due(MartletWaiter *waiter);
void martlet_alarm_enqueue(MartletWaiter *waiter);
void martlet_alarm_unlink(MartletWaiter *waiter);

// An alarm that calls back, once or periodically. Missed periods are skipped.
void martlet_alarm_set(MartletWaiter *waiter, int64_t deadline, int64_t period,
                       void (*callback)(void *context, int64_t now), void *context);
// One that is set as soon as it is made, to call once; then one that is stopped, as by martlet_alarm_stop, and freed.
MartletWaiter *martlet_alarm_begin(MartletAlarmQueue *queue, int64_t deadline,
                                   void (*callback)(void *context, int64_t now), void *context);
void martlet_alarm_end(MartletWaiter *waiter);
int64_t martlet_alarm_period(MartletWaiter *waiter);
// Afterwards the callback neither runs nor will run, unless it is the callback that calls this.
void martlet_alarm_stop(MartletWaiter *waiter);
