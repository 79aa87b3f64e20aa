// The series, and a collection of all of them. See MartletTally.h for the invariants.
#include "MartletTally.h"

#include <stdlib.h>
#include <string.h>

#include "MartletNursery.h"
#include "Slabs.h"

typedef struct MartletSeries {
  struct MartletSeries *next;  // of all
  MartletCounts ended, late;   // under seriesLock; late: of what ended after the running collection has seen it
  MartletCounts live;          // of what lives, as the running collection has seen it; the collector's
  MartletLevels levels;        // the same
  size_t length;
  uint8_t kind;
  char name[];
} MartletSeries;

// Four times as many slots as can be in use: an open hash table that is never full.
enum { Slots = 65536 };
_Static_assert(Slots >= 4 * MartletKinds * (MartletSeriesLimit + 1), "");

static MartletLock seriesLock;
static MartletSeries *slots[Slots];  // ORDERING: filled once each, by a release under the lock; read by an acquire
static MartletSeries *allSeries;     // ORDERING: the same
static uint32_t seriesOfKind[MartletKinds];
static size_t seriesCount;

static MartletLock collectionLock;  // one collector at a time, before every other lock
static uint64_t collections;        // under seriesLock
static bool collecting;

// ---- Series

// FNV-1a, of 64 bits.
static uint64_t hash_of(uint8_t kind, const char *name) {
  uint64_t hash = (0xcbf29ce484222325u ^ kind) * 0x100000001b3u;
  for (; *name; name++) hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
  return hash ^ hash >> 32;
}

// The series, or the slot that it would have.
static MartletSeries *find(uint8_t kind, const char *name, uint64_t *slot) {
  for (uint64_t i = hash_of(kind, name);; i++) {
    *slot = i % Slots;
    MartletSeries *series = __atomic_load_n(&slots[*slot], __ATOMIC_ACQUIRE);
    if (!series || (series->kind == kind && strcmp(series->name, name) == 0)) return series;
  }
}

static MartletSeries *add(uint8_t kind, const char *name, uint64_t slot) {
  size_t length = strlen(name);
  MartletSeries *series = calloc(1, sizeof(MartletSeries) + length + 1);
  if (!series) abort();
  series->kind = kind;
  series->length = length;
  memcpy(series->name, name, length);
  series->next = allSeries;
  if (length) seriesOfKind[kind]++;
  __atomic_store_n(&seriesCount, seriesCount + 1, __ATOMIC_RELAXED);
  __atomic_store_n(&allSeries, series, __ATOMIC_RELEASE);
  __atomic_store_n(&slots[slot], series, __ATOMIC_RELEASE);
  return series;
}

static MartletSeries *series_of(uint8_t kind, const char *name) {
  uint64_t slot;
  MartletSeries *series = find(kind, name, &slot);
  if (series) return series;
  martlet_lock(&seriesLock);
  series = find(kind, name, &slot);
  if (!series && seriesOfKind[kind] == MartletSeriesLimit && *name) series = find(kind, name = "", &slot);
  if (!series) series = add(kind, name, slot);
  martlet_unlock(&seriesLock);
  return series;
}

// ---- Tallies

const char *martlet_tally_make(uint8_t kind, const char *name) {
  size_t size = sizeof(MartletTally) + strlen(name) + 1;
  MartletTally *tally = aligned_alloc(_Alignof(MartletTally), (size + 63) / 64 * 64);
  if (!tally) abort();
  memset(tally, 0, sizeof(MartletTally));
  tally->series = series_of(kind, name);
  return strcpy((char *)(tally + 1), name);
}

void martlet_tally_free(const char *name) {
  if (name) free(martlet_tally_of(name));
}

enum { BlockedShift = 10 };

static inline uint64_t time_of(MartletTally *tally, int64_t nanoseconds) {
  uint64_t time = (uint64_t)nanoseconds >> BlockedShift;
  if (time <= tally->latest) return tally->latest;
  return tally->latest = time;
}

void martlet_tally_wait_began(MartletWaiter *waiter) {
  MartletTally *tally = martlet_tally_of(waiter->channel->name);
  tally->began[waiter->operation]++;
  tally->balance -= time_of(tally, waiter->since);
}

void martlet_tally_wait_ended(MartletWaiter *waiter) {
  MartletTally *tally = martlet_tally_of(waiter->channel->name);
  tally->ended[waiter->operation]++;
  tally->balance += time_of(tally, martlet_now_coarse());
}

static uint64_t waiting(const MartletTally *tally, MartletOperation operation) {
  return tally->began[operation] - tally->ended[operation];
}

static void accumulate(MartletCounts *sum, const MartletCounts *counts) {
  sum->sent += counts->sent;
  sum->dropped += counts->dropped;
  sum->waits += counts->waits;
  sum->blocked += counts->blocked;
  sum->opened += counts->opened;
  sum->started += counts->started;
  sum->failed += counts->failed;
  sum->cancelled += counts->cancelled;
}

static void retire(const MartletTally *tally, const MartletCounts *counts) {
  martlet_lock(&seriesLock);
  bool isLate = collecting && tally->collection == collections;
  accumulate(isLate ? &tally->series->late : &tally->series->ended, counts);
  martlet_unlock(&seriesLock);
}

static MartletCounts counts_of_channel(const MartletChannel *channel, const MartletTally *tally, uint64_t now) {
  uint64_t waiters = waiting(tally, MartletSend) + waiting(tally, MartletReceive);
  return (MartletCounts){.sent = __atomic_load_n(&channel->sent, __ATOMIC_RELAXED),
                         .dropped = channel->dropped,
                         .waits = tally->began[MartletSend] + tally->began[MartletReceive],
                         .blocked = tally->balance + waiters * now};
}

static MartletCounts counts_of_scope(const MartletTally *tally) {
  return (MartletCounts){
      .opened = 1, .started = tally->started, .failed = tally->failed, .cancelled = tally->cancelled};
}

void martlet_tally_retire_channel(MartletChannel *channel) {
  MartletTally *tally = martlet_tally_of(channel->name);
  MartletCounts counts = counts_of_channel(channel, tally, 0);  // nobody waits
  retire(tally, &counts);
}

void martlet_tally_retire_scope(MartletScope *scope) {
  MartletTally *tally = martlet_tally_of(scope->name);
  MartletCounts counts = counts_of_scope(tally);
  retire(tally, &counts);
}

// ---- A collection

static void visit_header(MartletChannel *channel, void *collection) {
  martlet_lock_to_look(&channel->lock);
  // ORDERING: acquire: see martlet_channel_show.
  if (__atomic_load_n(&channel->shown, __ATOMIC_ACQUIRE) & MartletShownCounts) {
    MartletTally *tally = martlet_tally_of(channel->name);
    MartletCounts counts = counts_of_channel(channel, tally, time_of(tally, martlet_now()));
    MartletLevels *levels = &tally->series->levels;
    levels->number++;
    // ORDERING: relaxed: a lock's word is changed without the line's lock.
    levels->depth += __atomic_load_n(&channel->count, __ATOMIC_RELAXED);
    levels->capacity += channel->capacity;
    levels->isUnbounded |= channel->overflow == MartletGrow;
    levels->senders += waiting(tally, MartletSend);
    levels->receivers += waiting(tally, MartletReceive);
    accumulate(&tally->series->live, &counts);
    tally->collection = *(const uint64_t *)collection;
  }
  martlet_unlock(&channel->lock);
}

static void visit_scope(MartletScope *scope, void *collection) {
  martlet_lock_to_look(&scope->lock);
  if (scope->shown && scope->name) {
    MartletTally *tally = martlet_tally_of(scope->name);
    MartletCounts counts = counts_of_scope(tally);
    tally->series->levels.number++;
    tally->series->levels.tasks += scope->pending - !scope->bodyEnded;
    accumulate(&tally->series->live, &counts);
    tally->collection = *(const uint64_t *)collection;
  }
  martlet_unlock(&scope->lock);
}

size_t martlet_series(MartletSeriesDescription *items, size_t capacity) {
  if (capacity == 0) return __atomic_load_n(&seriesCount, __ATOMIC_RELAXED);
  martlet_lock(&collectionLock);
  martlet_lock(&seriesLock);
  uint64_t collection = ++collections;
  collecting = true;
  martlet_unlock(&seriesLock);
  martlet_each_header(visit_header, &collection);
  martlet_each_scope(visit_scope, &collection);
  martlet_lock(&seriesLock);
  size_t count = 0;
  for (MartletSeries *series = allSeries; series; series = series->next) {
    MartletSeriesDescription item = {series->name, series->length, series->kind, series->levels, series->ended};
    accumulate(&item.counts, &series->live);
    accumulate(&series->ended, &series->late);
    series->live = series->late = (MartletCounts){0};
    series->levels = (MartletLevels){0};
    if (count < capacity) items[count++] = item;
  }
  collecting = false;
  martlet_unlock(&seriesLock);
  martlet_unlock(&collectionLock);
  return count;
}
