// The monotonic clock, and a cheaper look at it for deadlines.
//
// Where the system itself reads its clock by the processor's time stamp counter, so do we, with a thread's own *anchor*: a
// moment at which both were read. That costs half of what a read of the system's clock does, which was a fifth of a
// deadline. An anchor reaches for a millisecond, in which the two part by less than a microsecond, also while the system's
// clock is slewed; then both are read again. A counter that does not run as it did, after the machine slept or was moved to
// another, shows in its rate, by a part in 4,096, and is not believed until that is known again.
//
// > Source: absl::GetCurrentTimeNanos (Abseil), which anchors the counter in the same way for all threads at once.
#include <time.h>

#include "MartletLock.h"
#include "MartletScheduler.h"

int64_t martlet_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

#if defined(__x86_64__) && defined(__linux__)

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

// Nanoseconds: how far an anchor reaches, how long the rate is measured at least, how long two reads that make an anchor may
// take, and how far the two clocks may have parted, with which we stay behind none.
enum { Reach = 1000000, RateTime = 20000000, Simultaneous = 400, Doubt = 1000 };
enum { MostTicks = 4 };  // a nanosecond
// A rate is nanoseconds for 2^RateShift ticks; two are alike if they differ by less than one in 2^LikeShift.
enum { RateShift = 32, LikeShift = 12 };

typedef struct Anchor {
  uint64_t ticks, reach;  // in ticks; 0: none
  int64_t time;
  uint64_t rate;
} Anchor;

static __thread Anchor anchor __attribute__((tls_model("initial-exec")));

// The rate, as of the last measurement, and the moment where the next one begins. Under the lock.
static MartletLock rateLock;
static uint64_t rateTicks, lastRate;
static int64_t rateTime;
static bool isRateKnown;

static bool system_reads_counter(void) {
  char name[8] = {0};
  int file = open("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  ssize_t count = read(file, name, sizeof name - 1);
  close(file);
  return count == 4 && memcmp(name, "tsc\n", 4) == 0;
}

static bool counter_is_usable(void) {
  static uint8_t known;  // 1: not usable, 2: usable
  // ORDERING: relaxed: says nothing but itself, and all who ask find the same.
  uint8_t answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (!answer) __atomic_store_n(&known, answer = system_reads_counter() ? 2 : 1, __ATOMIC_RELAXED);
  return answer == 2;
}

// The rate at a moment; 0: it is not known.
static uint64_t rate_at(uint64_t ticks, int64_t time) {
  martlet_lock(&rateLock);
  // Another thread may have come first with a later moment; but a counter that begins anew is seconds back.
  int64_t gone = (int64_t)(ticks - rateTicks);
  if (rateTime == 0 || gone < -((int64_t)1 << 32)) {
    rateTime = time, rateTicks = ticks, isRateKnown = false;
  } else if (gone > 0 && time - rateTime >= RateTime) {
    uint64_t rate = (uint64_t)((((unsigned __int128)(time - rateTime)) << RateShift) / (uint64_t)gone);
    uint64_t difference = rate < lastRate ? lastRate - rate : rate - lastRate;
    isRateKnown = difference < rate >> LikeShift;
    rateTime = time, rateTicks = ticks, lastRate = rate;
  }
  uint64_t rate = isRateKnown ? lastRate : 0;
  martlet_unlock(&rateLock);
  return rate;
}

static int64_t read_both(void) {
  if (!counter_is_usable()) return martlet_now();
  uint64_t before = __rdtsc();
  int64_t time = martlet_now();
  uint64_t between = __rdtsc() - before, ticks = before + between / 2;
  anchor.reach = 0;
  // What was interrupted says nothing, also about the rate, of which here is known that a tick is hardly shorter than this.
  if (between > MostTicks * Simultaneous) return time + Doubt;
  uint64_t rate = rate_at(ticks, time);
  if (rate && between * rate >> RateShift < Simultaneous)
    anchor = (Anchor){.ticks = ticks, .reach = ((uint64_t)Reach << RateShift) / rate, .time = time, .rate = rate};
  return time + Doubt;
}

int64_t martlet_soon(void) {
  const Anchor *own = &anchor;
  if (__builtin_expect(own->reach != 0, 1)) {
    uint64_t away = __rdtsc() - own->ticks;
    // The product is below 2^32 times `Reach`.
    if (__builtin_expect(away < own->reach, 1)) return own->time + Doubt + (int64_t)(away * own->rate >> RateShift);
  }
  return read_both();
}

#else

int64_t martlet_soon(void) { return martlet_now(); }

#endif
