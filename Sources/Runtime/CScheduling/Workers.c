// The workers' loop: what runs next, who is woken, who sleeps.
//
// Picking. `runNext` first, then the worker's queue, then children that have not begun, the newest first, then the
// shared queue, then half of what another worker has. Every 64th pick starts with the queues instead, in turn, or two
// tasks that wake each other would starve the rest.
//
// Waking. A task put into `runNext` wakes nobody as long as one idle worker *watches*: it naps for 20 µs to 2 ms, and
// takes a `runNext` whose owner has run one and the same task across two of its looks. Thus partners of a channel stay
// on one core, and a task behind a long computation still gets a core within microseconds. While nobody watches, and
// for whatever overflows into a queue, a sleeping worker is woken, one at a time (Go's rule for spinning threads).
//
// Contention. Where other threads want the workers' cores, a worker that has taken the partner of a running task may be
// preempted with it for milliseconds, for which the first one can do nothing but wait: both are then slower than on one
// core. The kernel does not move it to the core that is free, since that one is never idle for long. A watching worker
// finds that out by its naps, which then last milliseconds longer; from then on and for a while it naps long, so that
// partners stay together for some milliseconds before one of them is taken.
//
// Thrift. Children that do next to nothing are run in less time by the worker that started them than it takes to move
// them to another core, where each costs several cache misses, and their scope's lock goes to and fro. If a worker has
// taken many and has come to the end of all of them, or to where they wait, and of what they started, in little more
// than that, nobody takes children by the half from their starter for a millisecond. One that is stuck behind a task
// that computes is taken as ever, and starters wake sleeping workers as ever.
//
// Sleeping. With every worker idle nobody watches: all sleep without a time limit and an idle program uses no CPU.
#define _GNU_SOURCE
#include "Workers.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

#include "MartletInspection.h"
#include "MartletParking.h"
#include "Nursery.h"

MartletWatch martlet_watch;

static MartletWorker *workers[MartletWorkerLimit];
static uint32_t workerCount;  // ORDERING: written once, before the threads start; release/acquire through `started`
static uint32_t started;

static uint32_t idleCount;
static uint32_t wakeSequence;  // sleeping workers wait for it to change
static uint32_t wakePending;   // a woken worker has not looked yet
static uint32_t watching;      // a worker holds the watch
static uint32_t deepSleepers;  // idle workers beyond the watching one, or a watching one that naps long
// By the clock of martlet_watch. ORDERING: relaxed, always: hints, of which whoever watches is the writer.
static int64_t contendedUntil, overslept;

// The shared queue: jobs from other threads and what overflowed. Linked through the words that the runtime leaves to
// executors.
static MartletLock sharedLock;
static MartletTask *sharedHead, *sharedTail;
static uint32_t sharedCount;

static void refresh_clock(void) { __atomic_store_n(&martlet_watch.now, martlet_now(), __ATOMIC_RELAXED); }

// ---- Queues

static void shared_push(MartletRunnable runnable) {
  MartletTask *task = (MartletTask *)(runnable & ~(uintptr_t)MartletJobTag);
  task->schedulerPrivate[0] = NULL;
  task->schedulerPrivate[1] = (void *)(runnable & MartletJobTag);
  martlet_lock(&sharedLock);
  if (sharedTail) sharedTail->schedulerPrivate[0] = task;
  else sharedHead = task;
  sharedTail = task;
  __atomic_store_n(&sharedCount, sharedCount + 1, __ATOMIC_RELAXED);
  martlet_unlock(&sharedLock);
}

static MartletRunnable shared_pop(void) {
  // ORDERING: relaxed: a push that is missed here is announced by wake_one, whose fence orders it before our next look.
  if (!__atomic_load_n(&sharedCount, __ATOMIC_RELAXED)) return 0;
  martlet_lock(&sharedLock);
  MartletTask *task = sharedHead;
  if (task) {
    sharedHead = task->schedulerPrivate[0];
    if (!sharedHead) sharedTail = NULL;
    __atomic_store_n(&sharedCount, sharedCount - 1, __ATOMIC_RELAXED);
  }
  martlet_unlock(&sharedLock);
  return task ? (uintptr_t)task | (uintptr_t)task->schedulerPrivate[1] : 0;
}

void martlet_queue_push(MartletWorker *worker, MartletRunnable runnable) {
  uint32_t head = __atomic_load_n(&worker->head, __ATOMIC_ACQUIRE), tail = worker->tail;
  if (tail - head >= MartletQueueSlots) {
    shared_push(runnable);
    return;
  }
  __atomic_store_n(&worker->queue[tail % MartletQueueSlots], runnable, __ATOMIC_RELAXED);
  // ORDERING: release publishes the slot to thieves, which load `tail` with acquire.
  __atomic_store_n(&worker->tail, tail + 1, __ATOMIC_RELEASE);
}

// Moves half of a victim's queue into the worker's own, which is empty, and returns one of the stolen.
static MartletRunnable steal_half(MartletWorker *worker, MartletWorker *victim) {
  for (;;) {
    uint32_t head = __atomic_load_n(&victim->head, __ATOMIC_ACQUIRE);
    uint32_t tail = __atomic_load_n(&victim->tail, __ATOMIC_ACQUIRE);
    uint32_t count = tail - head;
    if ((int32_t)count <= 0) return 0;
    count -= count / 2;
    if (count > MartletQueueSlots / 2) continue;  // head and tail were read apart
    uint32_t own = worker->tail;
    for (uint32_t i = 0; i < count; i++) {
      MartletRunnable runnable = __atomic_load_n(&victim->queue[(head + i) % MartletQueueSlots], __ATOMIC_RELAXED);
      __atomic_store_n(&worker->queue[(own + i) % MartletQueueSlots], runnable, __ATOMIC_RELAXED);
    }
    // ORDERING: acquire-release: success means that nobody took any of these slots since `head` was read.
    if (!__atomic_compare_exchange_n(&victim->head, &head, head + count, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
      continue;
    count--;
    MartletRunnable taken = worker->queue[(own + count) % MartletQueueSlots];
    if (count) __atomic_store_n(&worker->tail, own + count, __ATOMIC_RELEASE);
    return taken;
  }
}

// ---- Children that have not begun

static uint32_t count_starts(const MartletWorker *worker) {
  return __atomic_load_n(&worker->startTail, __ATOMIC_RELAXED) - __atomic_load_n(&worker->startHead, __ATOMIC_RELAXED);
}

static MartletRunnable oldest_start(MartletWorker *worker) {
  if (count_starts(worker) == 0) return 0;
  MartletRunnable runnable = 0;
  martlet_lock(&worker->startLock);
  uint32_t head = worker->startHead;
  if (head != worker->startTail) {
    runnable = worker->starts[head % MartletStartSlots];
    __atomic_store_n(&worker->startHead, head + 1, __ATOMIC_RELAXED);
    if (worker != martlet_thread.worker) worker->startsLost++;
  }
  martlet_unlock(&worker->startLock);
  return runnable;
}

static void push_start(MartletWorker *worker, MartletRunnable runnable) {
  MartletRunnable displaced = 0;
  martlet_lock(&worker->startLock);
  uint32_t tail = worker->startTail, head = worker->startHead;
  if (tail - head == MartletStartSlots) {
    displaced = worker->starts[head % MartletStartSlots];
    __atomic_store_n(&worker->startHead, head + 1, __ATOMIC_RELAXED);
  }
  worker->starts[tail % MartletStartSlots] = runnable;
  __atomic_store_n(&worker->startTail, tail + 1, __ATOMIC_RELAXED);
  martlet_unlock(&worker->startLock);
  if (displaced) shared_push(displaced);
}

enum { JudgedChildren = 16, TrivialTime = 1200, ThriftTime = 1000000 };

// The worker has nothing left of its own: what it stole is done, unless others took of it, which says nothing.
static void judge_theft(MartletWorker *worker) {
  uint32_t count = worker->stolen;
  worker->stolen = 0;
  if (count < JudgedChildren) return;
  martlet_lock(&worker->startLock);
  bool alone = worker->startsLost == worker->lostBefore;
  martlet_unlock(&worker->startLock);
  if (!alone) return;
  refresh_clock();
  int64_t now = __atomic_load_n(&martlet_watch.now, __ATOMIC_RELAXED);
  bool trivial = now - worker->stoleAt < (int64_t)count * TrivialTime;
  // ORDERING: relaxed, always: advice, of which the last judge is the best.
  __atomic_store_n(&worker->stolenFrom->thriftyUntil, trivial ? now + ThriftTime : 0, __ATOMIC_RELAXED);
}

static bool is_thrifty(const MartletWorker *victim) {
  int64_t until = __atomic_load_n(&victim->thriftyUntil, __ATOMIC_RELAXED);
  return __atomic_load_n(&martlet_watch.now, __ATOMIC_RELAXED) < until;
}

// Takes the older half of a victim's children, and returns the oldest. A single one is left to its starter, which may
// be about to wait for it; but see take_stuck.
static MartletRunnable steal_starts(MartletWorker *worker, MartletWorker *victim) {
  if (count_starts(victim) < 2 || is_thrifty(victim)) return 0;
  MartletRunnable taken[MartletStartSlots / 2];
  martlet_lock(&victim->startLock);
  uint32_t head = victim->startHead, count = victim->startTail - head;
  count -= count / 2;
  if (count > MartletStartSlots / 2) count = MartletStartSlots / 2;
  for (uint32_t i = 0; i < count; i++) taken[i] = victim->starts[(head + i) % MartletStartSlots];
  __atomic_store_n(&victim->startHead, head + count, __ATOMIC_RELAXED);
  victim->startsLost++;
  martlet_unlock(&victim->startLock);
  if (!count) return 0;
  worker->stolen = count;
  if (count >= JudgedChildren) {
    worker->stolenFrom = victim;
    worker->stoleAt = martlet_now();
    martlet_lock(&worker->startLock);
    worker->lostBefore = worker->startsLost;
    martlet_unlock(&worker->startLock);
  }
  // The oldest on top, as if this worker had been given them in turn.
  for (uint32_t i = count; i-- > 1;) push_start(worker, taken[i]);
  return taken[0];
}

// The frames of a task that waited long are wanted in the cache when it runs: by address below that of the function
// which waits, mostly, as the task's allocator hands them out.
static inline void prefetch_frames(MartletRunnable runnable) {
#if defined(MARTLET_DIRECT)
  const MartletTask *task = (const MartletTask *)(runnable & ~(uintptr_t)MartletJobTag);
  if (!martlet_thread.activeTask || (task->flags & MartletJobKind) != 0) return;
  const char *frame = task->resumeContext;
  __builtin_prefetch(&task->status, 1);
  for (int line = -4; line <= 1; line++) __builtin_prefetch(frame + line * 64, 1);
#else
  (void)runnable;
#endif
}

static MartletRunnable find(MartletWorker *worker) {
  MartletRunnable runnable;
  if ((martlet_switched(worker) & 63) == 0 || worker->fair) {
    worker->fair = 0;
    // While all are busy nobody watches, who would do it.
    refresh_clock();
    // In turn: none of the three may keep the others from their fair pick.
    uint32_t turn = worker->fairTurn++;
    for (uint32_t i = 0; i < 3; i++) {
      switch ((turn + i) % 3) {
        case 0: runnable = shared_pop(); break;
        case 1: runnable = martlet_queue_pop(worker); break;
        default: runnable = oldest_start(worker);
      }
      if (runnable) return runnable;
    }
  }
  if ((runnable = martlet_take_next(worker)) || (runnable = martlet_queue_pop(worker)) ||
      (runnable = martlet_starts_pop(worker)))
    return runnable;
  if ((runnable = shared_pop())) {
    // A batch, so that the shared lock is taken once for many.
    for (int i = 0; i < 64; i++) {
      MartletRunnable more = shared_pop();
      if (!more) break;
      prefetch_frames(more);
      martlet_queue_push(worker, more);
    }
    return runnable;
  }
  if (worker->stolen) judge_theft(worker);
  for (uint32_t i = 1; i < workerCount; i++) {
    MartletWorker *victim = workers[(worker->id + i) % workerCount];
    if ((runnable = steal_half(worker, victim)) || (runnable = steal_starts(worker, victim))) return runnable;
  }
  return 0;
}

// ---- Waking

static void wake_one(void) {
  // ORDERING: the fence orders the push before the look at `wakePending` and `idleCount`; a worker that goes to sleep
  // clears the first and raises the second before it looks at the queues for the last time. One of the two sees the
  // other.
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
  if (__atomic_load_n(&wakePending, __ATOMIC_RELAXED)) return;
  if (!__atomic_load_n(&idleCount, __ATOMIC_SEQ_CST)) return;
  uint32_t none = 0;
  if (!__atomic_compare_exchange_n(&wakePending, &none, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) return;
  __atomic_add_fetch(&wakeSequence, 1, __ATOMIC_SEQ_CST);
  martlet_futex_wake(&wakeSequence, 1);
}

void martlet_wake_for_surplus(void) { wake_one(); }

void martlet_ready_displacing(MartletWorker *worker, MartletRunnable runnable) {
  MartletRunnable old = martlet_replace_next(worker, runnable);
  if (!old) return;
  martlet_queue_push(worker, old);
  if (workerCount > 1 && __atomic_load_n(&deepSleepers, __ATOMIC_RELAXED)) wake_one();
}

// The current task has run from one look of the watching worker to the next: give the woken task to another worker. Or
// nobody watches: get somebody to.
void martlet_ready_watched(MartletWorker *worker, MartletRunnable runnable) {
  uint32_t epoch = __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED);
  if (!(epoch & MartletUnwatched) && __atomic_load_n(&idleCount, __ATOMIC_RELAXED)) {
    martlet_queue_push(worker, runnable);
    wake_one();
    return;
  }
  MartletRunnable old = martlet_replace_next(worker, runnable);
  if (old) martlet_queue_push(worker, old);
  wake_one();
}

void martlet_start(MartletRunnable runnable) {
  MartletWorker *worker = martlet_thread.worker;
  if (!worker) {
    martlet_ready_foreign(runnable);
    return;
  }
  bool others = worker->startHead != worker->startTail;
  push_start(worker, runnable);
  // As for `runNext`: one child waits for its starter to park, unless that has run for long.
  if (others ? workerCount > 1 && __atomic_load_n(&deepSleepers, __ATOMIC_RELAXED) != 0
             : __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) - worker->epoch > 1)
    wake_one();
}

void martlet_ready_foreign(MartletRunnable runnable) {
  martlet_scheduler_start(0);
  shared_push(runnable);
  wake_one();
}

void martlet_enqueue_job(void *job) {
  MartletRunnable runnable = (uintptr_t)job | MartletJobTag;
  MartletWorker *worker = martlet_thread.worker;
  if (!worker) {
    martlet_ready_foreign(runnable);
    return;
  }
  if (__atomic_load_n(&worker->runNext, __ATOMIC_RELAXED)) {
    martlet_ready_displacing(worker, runnable);
    return;
  }
  // ORDERING: as in martlet_resume.
  __atomic_store_n(&worker->runNext, runnable, __ATOMIC_RELEASE);
  if (__atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) - worker->epoch > 1) wake_one();
}

// ---- Sleeping

// Whoever is busy has to find a watch only where somebody idle could keep it: with every worker busy, waking is free.
static void watch_release(void) {
  __atomic_store_n(&watching, 0, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&idleCount, __ATOMIC_SEQ_CST) > 1)
    __atomic_or_fetch(&martlet_watch.epoch, MartletUnwatched, __ATOMIC_SEQ_CST);
}

// ---- Contention

enum { ShortNap = 20000, LongNap = 2000000, OversleptTime = 1000000, SignTime = 100000000, ContendedTime = 1000000000 };

// The watching worker has napped, and the clock has been read. To get the core back a millisecond late once is an
// accident, which happens on every machine.
static void note_nap(int64_t before, int64_t time) {
  int64_t now = __atomic_load_n(&martlet_watch.now, __ATOMIC_RELAXED);
  if (now - before <= time + OversleptTime) return;
  if (now - __atomic_load_n(&overslept, __ATOMIC_RELAXED) < SignTime)
    __atomic_store_n(&contendedUntil, now + ContendedTime, __ATOMIC_RELAXED);
  __atomic_store_n(&overslept, now, __ATOMIC_RELAXED);
}

static bool is_contended(void) {
  return __atomic_load_n(&martlet_watch.now, __ATOMIC_RELAXED) < __atomic_load_n(&contendedUntil, __ATOMIC_RELAXED);
}

// ---- Watching

// Looks at the queues as the last thing before a sleep that ends at any wake-up after `sequence`.
static MartletRunnable look(MartletWorker *worker, uint32_t *sequence) {
  *sequence = __atomic_load_n(&wakeSequence, __ATOMIC_SEQ_CST);
  // ORDERING: cleared before the look, so that a wake-up sent after it is not lost (see wake_one).
  __atomic_store_n(&wakePending, 0, __ATOMIC_SEQ_CST);
  return find(worker);
}

// Naps unless somebody was woken after `sequence` had been read. A long nap counts as sleep: whatever overflows wakes
// us.
static void nap(uint32_t sequence, int64_t time) {
  bool deep = time > 2 * ShortNap;
  if (deep) __atomic_add_fetch(&deepSleepers, 1, __ATOMIC_SEQ_CST);
  martlet_futex_wait(&wakeSequence, sequence, time);
  if (deep) __atomic_sub_fetch(&deepSleepers, 1, __ATOMIC_SEQ_CST);
}

MartletRunnable martlet_replace_next_slowly(MartletWorker *worker, MartletRunnable runnable) {
  __atomic_store_n(&worker->taking, 0, __ATOMIC_RELEASE);
  // ORDERING: acquire: the place as the thief has left it.
  for (unsigned round = 0; __atomic_load_n(&worker->robbed, __ATOMIC_ACQUIRE); round++) martlet_wait_a_little(round);
  return martlet_replace_next(worker, runnable);
}

// Takes what is in another worker's `runNext`, unless its owner is at it. The watch is held: there is one thief.
static MartletRunnable rob(MartletWorker *victim) {
  if (!__atomic_load_n(&victim->runNext, __ATOMIC_RELAXED)) return 0;
  MartletRunnable runnable = 0;
  __atomic_store_n(&victim->robbed, 1, __ATOMIC_RELAXED);
  martlet_fence_all();
  // ORDERING: acquire: the slot as its owner has left it, and what the task in it will read.
  if (!__atomic_load_n(&victim->taking, __ATOMIC_ACQUIRE)) {
    runnable = __atomic_load_n(&victim->runNext, __ATOMIC_ACQUIRE);
    martlet_delay_point();  // the owner wants it as well
    if (runnable) __atomic_store_n(&victim->runNext, 0, __ATOMIC_RELAXED);
  }
  __atomic_store_n(&victim->robbed, 0, __ATOMIC_RELEASE);
  return runnable;
}

static bool has_partner(const MartletWorker *victim) {
  return __atomic_load_n(&victim->runNext, __ATOMIC_RELAXED) || count_starts(victim) > 0;
}

// A task that waits in the `runNext` of a worker, or a child that it has started, which has run the same task all
// through a nap of ours: one nap for all workers. 0 also where somebody was woken after `sequence`: the queues come
// first then.
static MartletRunnable take_stuck(MartletWorker *worker, uint32_t sequence) {
  uint32_t switches[MartletWorkerLimit];
  bool any = false;
  for (uint32_t id = 0; id < workerCount; id++) {
    switches[id] = __atomic_load_n(&workers[id]->switches, __ATOMIC_RELAXED);
    any = any || (id != worker->id && has_partner(workers[id]));
  }
  if (!any) return 0;
  nap(sequence, is_contended() ? LongNap : 3 * ShortNap / 4);
  if (sequence != __atomic_load_n(&wakeSequence, __ATOMIC_SEQ_CST)) return 0;
  for (uint32_t i = 1; i < workerCount; i++) {
    MartletWorker *victim = workers[(worker->id + i) % workerCount];
    if (switches[victim->id] != __atomic_load_n(&victim->switches, __ATOMIC_RELAXED) || !has_partner(victim)) continue;
    MartletRunnable stuck = rob(victim);
    if (!stuck) stuck = oldest_start(victim);
    if (stuck) return stuck;
  }
  return 0;
}

// Naps and looks while others are busy. Returns what it found, or 0 when everybody is idle.
static MartletRunnable watch(MartletWorker *worker) {
  int64_t usual = ShortNap;
  uint32_t looks = 0;
  __atomic_and_fetch(&martlet_watch.epoch, ~MartletUnwatched, __ATOMIC_SEQ_CST);
  for (;;) {
    uint32_t sequence;
    MartletRunnable runnable = look(worker, &sequence);
    if (runnable) return runnable;
    if (martlet_children_end_surplus()) continue;
    if (__atomic_load_n(&idleCount, __ATOMIC_SEQ_CST) >= workerCount) return 0;
    int64_t time = is_contended() ? LongNap : usual, before = martlet_now();
    nap(sequence, time);
    // Nobody else writes it while the watch is held.
    uint32_t epoch = __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED);
    __atomic_store_n(&martlet_watch.epoch, (epoch + 1) & ~MartletUnwatched, __ATOMIC_RELAXED);
    refresh_clock();
    note_nap(before, time);
    if ((runnable = look(worker, &sequence)) || (runnable = take_stuck(worker, sequence))) return runnable;
    if (++looks > 32 && usual < LongNap) {
      usual *= 2;
      looks = 24;
    }
  }
}

static MartletRunnable idle(MartletWorker *worker) {
  MartletRunnable runnable = 0;
  for (int i = 0; workerCount > 1 && i < 30; i++) {
    for (int k = 0; k < 20; k++) martlet_pause();
    if ((runnable = find(worker))) return runnable;
  }
  __atomic_add_fetch(&idleCount, 1, __ATOMIC_SEQ_CST);
  while (!runnable) {
    uint32_t sequence;
    if ((runnable = look(worker, &sequence))) break;
    // After the sequence was read: who makes more of them wakes a worker.
    if (martlet_children_end_surplus()) continue;
    uint32_t nobody = 0;
    if (__atomic_load_n(&idleCount, __ATOMIC_SEQ_CST) < workerCount &&
        __atomic_compare_exchange_n(&watching, &nobody, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
      runnable = watch(worker);
      watch_release();
      if (runnable) break;
      continue;
    }
    __atomic_add_fetch(&deepSleepers, 1, __ATOMIC_SEQ_CST);
    martlet_futex_wait(&wakeSequence, sequence, -1);
    __atomic_sub_fetch(&deepSleepers, 1, __ATOMIC_SEQ_CST);
  }
  __atomic_sub_fetch(&idleCount, 1, __ATOMIC_SEQ_CST);
  refresh_clock();
  // Whoever found work where more may wait passes the wake-up on; also where that was left to its starter.
  bool more = __atomic_load_n(&sharedCount, __ATOMIC_RELAXED) ||
              worker->tail != __atomic_load_n(&worker->head, __ATOMIC_RELAXED);
  for (uint32_t id = 0; !more && id < workerCount; id++) more = count_starts(workers[id]) > 0;
  if (more) wake_one();
  return runnable;
}

// ---- The loop

__thread uintptr_t martlet_run_frame __attribute__((tls_model("initial-exec")));

// Whether a job is a task that is known to want no executor of its own: to ask the runtime for that costs a locked
// instruction of sixteen bytes.
static bool is_plain(const MartletTask *job) {
#if defined(MARTLET_DIRECT)
  return martlet_thread.activeTask && (job->flags & MartletJobKind) == 0 && !martlet_has_preference(job);
#else
  return (void)job, false;
#endif
}

__attribute__((noinline)) void martlet_run(MartletTask *job, bool isPlain) {
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
  martlet_run_frame = frame;
  if (martlet_thread.worker) martlet_thread.worker->parkedFrame = frame - martlet_thread.worker->parkDepth;
  MartletExecutorReference none = {NULL, 0};
  if (isPlain) swift_job_run_on_serial_and_task_executor(job, none, none);
  else swift_job_run(job, none);
}

static void *worker_main(void *argument) {
  MartletWorker *worker = argument;
  martlet_thread.worker = worker;
#if defined(__linux__)
  prctl(PR_SET_TIMERSLACK, 1000);  // naps of 20 µs would last 70
  char name[16] = "martlet-";
  name[8] = (char)('0' + worker->id / 10);
  name[9] = (char)('0' + worker->id % 10);
  prctl(PR_SET_NAME, name);
#endif
  martlet_parking_prepare(worker);
  for (;;) {
    MartletRunnable runnable = find(worker);
    if (!runnable) runnable = idle(worker);
    worker->epoch = __atomic_load_n(&martlet_watch.epoch, __ATOMIC_RELAXED) & ~MartletUnwatched;
    MartletTask *job = (MartletTask *)(runnable & ~(uintptr_t)MartletJobTag);
    martlet_run(job, is_plain(job));
  }
  return NULL;
}

static uint32_t configured_workers(void) {
  const char *text = getenv("MARTLET_WORKERS");
  long count = text ? strtol(text, NULL, 10) : 0;
  if (count <= 0) count = sysconf(_SC_NPROCESSORS_ONLN);
  return count < 1 ? 1 : count > MartletWorkerLimit ? MartletWorkerLimit : (uint32_t)count;
}

static void start(uint32_t count) {
  static MartletLock lock;
  martlet_lock(&lock);
  if (!__atomic_load_n(&started, __ATOMIC_ACQUIRE)) {
    workerCount = count ? (count > MartletWorkerLimit ? MartletWorkerLimit : count) : configured_workers();
    refresh_clock();
    if (workerCount > 1) martlet_watch.epoch = MartletUnwatched;
    for (uint32_t i = 0; i < workerCount; i++) {
      workers[i] = aligned_alloc(64, (sizeof(MartletWorker) + 63) / 64 * 64);
      memset(workers[i], 0, sizeof(MartletWorker));
      workers[i]->id = i;
    }
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, 8 << 20);
    for (uint32_t i = 0; i < workerCount; i++) {
      pthread_t thread;
      // With fewer threads than asked for the program still runs: the first one is what it needs.
      if (pthread_create(&thread, &attributes, worker_main, workers[i]) != 0 && i == 0) abort();
    }
    pthread_attr_destroy(&attributes);
    __atomic_store_n(&started, 1, __ATOMIC_RELEASE);
  }
  martlet_unlock(&lock);
}

void martlet_scheduler_start(uint32_t count) {
  if (__builtin_expect(!__atomic_load_n(&started, __ATOMIC_ACQUIRE), 0)) start(count);
}

uint32_t martlet_scheduler_workers(void) {
  return __atomic_load_n(&started, __ATOMIC_ACQUIRE) ? workerCount : configured_workers();
}

// ---- Inspection

// Jobs of the shared queue that are looked at: its lock is held meanwhile, for less than two milliseconds.
enum { InspectedJobs = 20000 };

static void note(MartletRunnableDescription *found, size_t capacity, size_t *count, MartletRunnable runnable,
                 int32_t worker) {
  uintptr_t task = runnable & ~(uintptr_t)MartletJobTag;
  if (task && *count < capacity) found[(*count)++] = (MartletRunnableDescription){task, worker};
}

size_t martlet_runnables(MartletRunnableDescription *found, size_t capacity) {
  size_t count = 0;
  uint32_t inspected = __atomic_load_n(&started, __ATOMIC_ACQUIRE) ? workerCount : 0;
  if (capacity == 0) return (size_t)inspected * (MartletQueueSlots + MartletStartSlots + 2) + InspectedJobs;
  for (uint32_t i = 0; i < inspected; i++) {
    MartletWorker *worker = workers[i];
    void **active = __atomic_load_n(&worker->activeTask, __ATOMIC_ACQUIRE);
    // ORDERING: relaxed, all: where a task is may be another place by now; these pointers are compared, not followed.
    if (active) note(found, capacity, &count, (MartletRunnable)__atomic_load_n(active, __ATOMIC_RELAXED), (int32_t)i);
    note(found, capacity, &count, __atomic_load_n(&worker->runNext, __ATOMIC_RELAXED), -1);
    uint32_t head = __atomic_load_n(&worker->head, __ATOMIC_RELAXED);
    uint32_t tail = __atomic_load_n(&worker->tail, __ATOMIC_RELAXED);
    for (; head != tail && tail - head <= MartletQueueSlots; head++)
      note(found, capacity, &count, __atomic_load_n(&worker->queue[head % MartletQueueSlots], __ATOMIC_RELAXED), -1);
    martlet_lock(&worker->startLock);
    for (uint32_t start = worker->startHead; start != worker->startTail; start++)
      note(found, capacity, &count, worker->starts[start % MartletStartSlots], -1);
    martlet_unlock(&worker->startLock);
  }
  martlet_lock(&sharedLock);
  MartletTask *task = sharedHead;
  for (int i = 0; task && i < InspectedJobs; i++, task = task->schedulerPrivate[0])
    note(found, capacity, &count, (MartletRunnable)task, -1);
  martlet_unlock(&sharedLock);
  return count;
}

// ---- Taking over the global executor

typedef MARTLET_SWIFT void (*EnqueueOriginal)(void *job);
typedef MARTLET_SWIFT void (*EnqueueHook)(void *job, EnqueueOriginal original);
extern EnqueueHook swift_task_enqueueGlobal_hook;

static MARTLET_SWIFT void enqueue_hook(void *job, EnqueueOriginal original) {
  (void)original;
  martlet_enqueue_job(job);
}

bool martlet_scheduler_adopt(void) {
  martlet_scheduler_start(0);
  swift_task_enqueueGlobal_hook = enqueue_hook;
  return true;
}
