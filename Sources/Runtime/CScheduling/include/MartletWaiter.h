// A waiter: one parked operation of a task or of a thread, and what an inspector shows of it.
//
// Waiters come from a pool and are type-stable: a waiter's memory is a waiter for ever, so a late canceller or an
// inspector that follows a stale pointer reads a waiter, never somebody else's bytes.
//
// I1. `queued` changes under the lock of `channel` alone; whoever clears it owns the right to resume the waiter.
// I2. A waiter is resumed exactly once, after the lock under which it was unlinked has been released.
// I3. `payload` holds a value from preparation on if it sends, and from `outcome == Done` on if it receives.
// I4. Between martlet_cancellation_begin and _end the canceller may reach the waiter; nobody frees it in between.
#pragma once
#include "MartletLock.h"

struct MartletChannel;
struct MartletSelect;

typedef enum __attribute__((enum_extensibility(closed))) MartletOutcome : uint8_t {
  MartletPending = 0,
  MartletDone = 1,       // a value was handed over
  MartletClosed = 2,     // the channel was closed while waiting
  MartletCancelled = 3,  // the task was cancelled while waiting: the operation did not happen
} MartletOutcome;

typedef enum __attribute__((enum_extensibility(closed))) MartletOperation : uint8_t {
  MartletSend = 0,
  MartletReceive = 1,
  MartletAlarm = 2,
} MartletOperation;

// How the operation suspends and how it hears of cancellation.
typedef enum __attribute__((enum_extensibility(closed))) MartletParking : uint8_t {
  MartletDirect = 0,        // martlet_park; a record of ours on the task's status
  MartletRegistered = 1,    // a hop or a continuation; a record of ours on the task's status
  MartletPortable = 2,      // a hop or a continuation; withTaskCancellationHandler
  MartletThread = 3,        // a blocked thread: not cancellable
  MartletNotParked = 4,     // it ended before it parked
} MartletParking;

// Where an operation stands in the source; the file is a literal of the program.
typedef struct MartletSite {
  const char *file;
  uint32_t line;
  uint16_t fileLength;
} MartletSite;

// What to resume: a task that parked directly, a job that a hop has brought to us, a continuation or a thread, told
// apart by the low bits. The first two are what workers run: see MartletRunnable.
typedef uintptr_t MartletToken;
enum { MartletHopTag = 1, MartletContinuationTag = 2, MartletThreadTag = 3, MartletTokenTags = 3 };
// Not for a worker to run as it is.
static inline bool martlet_is_foreign(MartletToken token) { return token & MartletContinuationTag; }

// The runtime's own record of a cancellation handler (TaskStatusRecord, CancellationNotificationStatusRecord in
// swift/ABI/TaskStatus.h); its shape is proved by the self-test before one is ever linked.
typedef struct MartletRecord {
  uintptr_t flags;
  void *parent;
  void *function;
  void *argument;
} MartletRecord;

typedef enum __attribute__((enum_extensibility(closed))) MartletStanding : uint8_t {
  MartletStandingFree = 0,       // in no queue
  MartletStandingQueued,         // in the channel's queue, or in an alarm queue's heap
  MartletStandingToBeCancelled,  // cancelled before it was queued; seen under the lock by whoever would queue it
  MartletStandingHolding,        // nobody waits by it: it records who holds permits
} MartletStanding;

// The first two cache lines are all that a direct park of a small value touches.
typedef struct MartletWaiter {
  struct MartletWaiter *next, *previous;  // in the channel's queue; `next` also in free lists and lists to resume
  MartletToken token;
  void *payload;
  struct MartletSelect *select;
  struct MartletChannel *channel;
  uint32_t generation;   // of the channel, when a select's case was made for it
  uint32_t line;         // where the operation stands in the source
  uint16_t index;        // which case of the select
  uint16_t fileLength;
  MartletOutcome outcome;
  MartletOperation operation;
  MartletParking parking;
  MartletStanding standing;

  MartletRecord record;
  const char *file;  // not owned: a literal of the caller
  int64_t since;     // nanoseconds of CLOCK_MONOTONIC, coarse
  uint8_t inlined[64] __attribute__((aligned(16)));  // the payload, when it fits

  void *task;            // the waiting task, or null for a thread; not written where the token tells it
  const char *taskName;  // owned by the task; not written where it can be asked for later
} MartletWaiter;

enum { MartletInlinePayload = 64 };

// Changed under the lock of `channel`, and read there; but an inspector may read it under the lock of what the waiter
// was for before. ORDERING: release and acquire: whoever finds it queued, or holding, finds it aimed at what it is that
// for.
static inline void martlet_standing_set(MartletWaiter *waiter, MartletStanding standing) {
  __atomic_store_n((uint8_t *)&waiter->standing, (uint8_t)standing, __ATOMIC_RELEASE);
}
static inline MartletStanding martlet_standing(const MartletWaiter *waiter) {
  return (MartletStanding)__atomic_load_n((const uint8_t *)&waiter->standing, __ATOMIC_ACQUIRE);
}

// Says what a free waiter is for: a header, or an alarm's queue. An inspector reads the pointer without a lock: both
// begin with one and are type-stable, so that it may be taken whatever has become of the waiter meanwhile.
// ORDERING: release: the inspector finds a lock that has been made.
static inline void martlet_waiter_aim(MartletWaiter *waiter, void *channel, MartletOperation operation) {
  __atomic_store_n(&waiter->channel, (struct MartletChannel *)channel, __ATOMIC_RELEASE);
  waiter->operation = operation;
}

// ORDERING: release and acquire: what the counterpart wrote into the waiter is seen by whoever reads its outcome, also
// where the way of resumption between them is the runtime's and orders nothing that a checker could see.
static inline void martlet_outcome_set(MartletWaiter *waiter, MartletOutcome outcome) {
  __atomic_store_n((uint8_t *)&waiter->outcome, (uint8_t)outcome, __ATOMIC_RELEASE);
}
static inline MartletOutcome martlet_outcome(const MartletWaiter *waiter) {
  return (MartletOutcome)__atomic_load_n((const uint8_t *)&waiter->outcome, __ATOMIC_ACQUIRE);
}

MartletWaiter *martlet_waiter_refill(void);
void martlet_waiter_forget_cancellation(MartletWaiter *waiter);
void martlet_waiter_spill(void);
void *martlet_payload_allocate(size_t size, size_t alignment);
void martlet_payload_free(void *payload, size_t alignment);
