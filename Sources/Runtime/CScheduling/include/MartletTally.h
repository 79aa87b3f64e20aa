// What is counted of channels, primitives and nurseries that have a name, for metrics.
//
// A *series* is a kind of thing and a name; whatever has both counts for it. A named thing has a *tally*, which stands
// before the copy of its name and is written where a task parks or stops waiting anyway, and where a nursery has its
// lock in hand anyway. Things without a name have none, and cost one test of a byte that is in the cache.
//
// I1. A tally is read and written under the lock of what it belongs to.
// I2. What ends adds its tally to its series, in the critical section in which it stops being shown: nothing is lost.
// I3. Counts never fall: a collection sees each thing either alive or in its series, not both and not neither. One that
//     ends after the collection has seen it is added when the collection is over: `collection` tells.
// I4. Times of one tally never run backwards, though threads that are no workers read a finer clock than workers: a wait
//     takes no negative time, and neither does what a collection has seen of it.
// I5. A series lives as long as the process. There are at most MartletSeriesLimit of a kind with a name of their own; the
//     names that come after those, and the empty name, share one, whose name is empty.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct MartletChannel;
struct MartletScope;
struct MartletWaiter;
struct MartletSeries;

enum { MartletSeriesLimit = 1000 };

// A kind is a MartletResource, or this.
enum { MartletKindNursery = 9, MartletKinds = 10 };

// Each is a number of its own kind's, and 0 for the others. `blocked` is in units of 2^10 nanoseconds: a hundred thousand
// tasks can wait for six years before it overflows.
typedef struct MartletCounts {
  uint64_t sent, dropped, waits, blocked;
  uint64_t opened, started, failed, cancelled;
} MartletCounts;

typedef struct MartletLevels {
  uint64_t number;  // of things that live
  uint64_t depth, capacity, senders, receivers, tasks;
  bool isUnbounded;
} MartletLevels;

typedef struct MartletTally {
  struct MartletSeries *series;
  uint64_t collection;  // the last one that has seen it
  union {
    struct {
      // Of the waits that are over, the time that they took; less, of those that go on, the instant at which they began,
      // so that `balance + waiting * now` is the time that all of them have taken by now. Modulo 2^64.
      uint64_t balance, latest;
      uint64_t began[2], ended[2];  // waits, by their operation
    };
    struct {
      uint64_t started, failed, cancelled;
    };
  };
} __attribute__((aligned(64))) MartletTally;  // one cache line: what is stored is the cost of a wait that counts

// A copy of a name with a tally before it.
const char *martlet_tally_make(uint8_t kind, const char *name);
void martlet_tally_free(const char *name);
static inline MartletTally *martlet_tally_of(const char *name) { return (MartletTally *)name - 1; }

// The lock of the waiter's channel is held, and the channel counts.
void martlet_tally_wait_began(struct MartletWaiter *waiter);
void martlet_tally_wait_ended(struct MartletWaiter *waiter);
// What it belongs to ends; its lock is held.
void martlet_tally_retire_channel(struct MartletChannel *channel);
void martlet_tally_retire_scope(struct MartletScope *scope);

typedef struct MartletSeriesDescription {
  const char *name;  // lives as long as the process
  size_t length;
  uint8_t kind;
  MartletLevels levels;
  MartletCounts counts;
} MartletSeriesDescription;

// All series, as of now: copies up to `capacity` and returns how many there were. Enough room: the same with capacity 0,
// which takes no lock. One collection at a time; a second one waits for the first.
// Cost: linear in the most channels and scopes that there ever were at once.
size_t martlet_series(MartletSeriesDescription *series, size_t capacity);
