// The decision how to park, and the self-test it rests on.
//
// The test makes two tasks on a worker's thread before anything else runs there and does with them, step by step, what
// direct parking does: finds the thread-local current task, links a cancellation record and cancels, saves a resume
// point by hand and lets the runtime run it, jumps from one task into the other. Each step checks what it relies on
// before it writes. If a step does not turn out as expected, parking stays portable and the reason is kept.
#define _GNU_SOURCE
#include "SelfTest.h"

#include <stdlib.h>
#include <string.h>

#include "Futex.h"
#include "Workers.h"

bool martlet_direct;
uintptr_t martlet_record_flags;
uintptr_t martlet_name_record_flags;
size_t martlet_locals_offset;
uintptr_t martlet_local_kind;
bool martlet_fences = true;
bool martlet_pooling;

static bool records;
static const char *reason = "";
static uint32_t decided;  // ORDERING: released after the four above are written, acquired before they are read

static void decide(const char *why) {
  // ORDERING: relaxed: see martlet_delay_point.
  __atomic_store_n(&martlet_delays, getenv("MARTLET_DELAYS") != NULL, __ATOMIC_RELAXED);
  reason = why ? why : "";
  __atomic_store_n(&decided, 1, __ATOMIC_RELEASE);
  martlet_futex_wake(&decided, INT32_MAX);
}

#if !defined(MARTLET_DIRECT)

static const char *const unsupported =
#if defined(MARTLET_SANITIZED)
    "the program runs under a sanitizer";
#else
    "direct parking is written for Linux on x86-64";
#endif

void martlet_parking_prepare(MartletWorker *worker) {
  (void)worker;
  if (!__atomic_load_n(&decided, __ATOMIC_ACQUIRE)) decide(unsupported);
}
bool martlet_parking_direct(void) {
  if (!__atomic_load_n(&decided, __ATOMIC_ACQUIRE)) decide(unsupported);
  return false;
}
bool martlet_parking_attach_thread(void) { return false; }
void martlet_parking_decide(void) {}
void martlet_fence_all(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
const char *martlet_parking_reason(void) {
  martlet_parking_direct();
  return reason;
}
const char *martlet_task_name(void *task) { return (void)task, NULL; }

#else

#include <linux/membarrier.h>
#include <link.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct TaskAndContext {
  MartletTask *task;
  void *context;
} TaskAndContext;

extern MARTLET_SWIFT TaskAndContext swift_task_create(size_t flags, void *options, const void *resultType, void *entry,
                                                      void *context);
extern MARTLET_SWIFT void swift_task_cancel(MartletTask *task);
extern MARTLET_SWIFT void *swift_task_addCancellationHandler(void (*handler)(void), void *argument);
extern MARTLET_SWIFT void swift_task_removeCancellationHandler(void *record);
extern MARTLET_SWIFT void swift_task_localValuePush(const void *key, void *value, const void *type);
extern MARTLET_SWIFT void *swift_task_localValueGet(const void *key);
extern MARTLET_SWIFT void swift_task_localValuePop(void);
extern void swift_beginAccess(void *address, void *buffer[3], uintptr_t flags, void *returnAddress);
extern void swift_endAccess(void *buffer[3]);

// ---- Thread-locals of the runtime: where in a module's block, and of this thread

typedef struct Slot {
  uintptr_t module;  // load address of the module
  size_t offset;
} Slot;
static Slot activeSlot, accessSlot;

typedef struct Search {
  void *value;
  Slot slot;
  void **address;
  int found;
} Search;

// Looks through the thread-local blocks of this thread for the one word that holds `value`.
static int search_module(struct dl_phdr_info *info, size_t size, void *argument) {
  (void)size;
  Search *search = argument;
  if (!info->dlpi_tls_data) return 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    if (info->dlpi_phdr[i].p_type != PT_TLS) continue;
    size_t words = info->dlpi_phdr[i].p_memsz / sizeof(void *);
    for (size_t word = 0; word < words; word++) {
      void **address = (void **)info->dlpi_tls_data + word;
      if (*address != search->value || (void *)address == (void *)&search->value) continue;
      search->found++;
      search->slot = (Slot){info->dlpi_addr, word};
      search->address = address;
    }
  }
  return 0;
}

typedef struct Attach {
  Slot slot;
  void **address;
} Attach;

static int attach_module(struct dl_phdr_info *info, size_t size, void *argument) {
  (void)size;
  Attach *attach = argument;
  if (info->dlpi_addr != attach->slot.module || !info->dlpi_tls_data) return 0;
  attach->address = (void **)info->dlpi_tls_data + attach->slot.offset;
  return 1;
}

static void **address_here(Slot slot) {
  Attach attach = {slot, NULL};
  dl_iterate_phdr(attach_module, &attach);
  return attach.address;
}

static void touch_access_set(void) {
  // A thread's block exists once the thread has used it.
  static __thread char probe;
  void *buffer[3];
  swift_beginAccess(&probe, buffer, 0x20, NULL);
  swift_endAccess(buffer);
}

bool martlet_parking_attach_thread(void) {
  if (martlet_thread.activeTask) return true;
  if (!__atomic_load_n(&decided, __ATOMIC_ACQUIRE) || !records) return false;
  swift_task_getCurrent();
  touch_access_set();
  void **active = address_here(activeSlot), **access = address_here(accessSlot);
  if (!active || !access || *active != (void *)swift_task_getCurrent()) return false;
  martlet_thread.accessSet = access;
  martlet_thread.activeTask = active;
  return true;
}

// ---- The test

static struct {
  const char *failure;
  MartletTask *first, *second;
  int firstSteps, secondSteps, cancelled;
  uintptr_t firstFrame;
} test;

static void fail(const char *why) {
  if (!test.failure) test.failure = why;
}

static MARTLET_SWIFT void test_cancelled(MARTLET_CONTEXT void *argument) {
  if (argument != &test) return;
  test.cancelled++;
  // This is where a task that was woken meanwhile would try to leave, and must not succeed.
  if (martlet_unlink_record(test.first, test.first->innermostRecord))
    fail("a record could be taken from under a canceller");
}

static void find_active_task(MartletTask *task) {
  Search search = {.value = task};
  dl_iterate_phdr(search_module, &search);
  if (search.found != 1) return fail("the thread-local of the current task was not found");
  void *const sentinel = (void *)0x10;
  *search.address = sentinel;
  bool same = swift_task_getCurrent() == sentinel;
  *search.address = task;
  if (!same || swift_task_getCurrent() != task) return fail("the thread-local of the current task is another one");
  activeSlot = search.slot;
  martlet_thread.activeTask = search.address;
}

static void find_access_set(void) {
  static char probe;
  void *buffer[3];
  swift_beginAccess(&probe, buffer, 0x21, NULL);  // a tracked modification
  Search search = {.value = buffer};
  dl_iterate_phdr(search_module, &search);
  swift_endAccess(buffer);
  if (search.found != 1 || *search.address != NULL) return fail("the thread-local of exclusive accesses was not found");
  accessSlot = search.slot;
  martlet_thread.accessSet = search.address;
}

// What the runtime writes when it links a cancellation handler is what a record of ours has to look like.
static void learn_record(MartletTask *task) {
  void *before = task->innermostRecord;
  uint32_t status = task->status;
  MartletRecord *record = swift_task_addCancellationHandler((void (*)(void))test_cancelled, &test);
  bool linked = task->innermostRecord == record && record->parent == before &&
                record->function == (void *)test_cancelled && record->argument == &test;
  if (linked) martlet_record_flags = record->flags;
  swift_task_removeCancellationHandler(record);
  if (!linked || task->innermostRecord != before || task->status != status)
    return fail("a task's status records are laid out differently");
}

static void cancel_with_record(MartletTask *task) {
  MartletRecord record = {martlet_record_flags, task->innermostRecord, (void *)test_cancelled, &test};
  void *before = task->innermostRecord;
  if (task->status & MartletStatusCancelled) return fail("a new task's status reads as cancelled");
  __atomic_store_n(&task->innermostRecord, &record, __ATOMIC_SEQ_CST);
  swift_task_cancel(task);
  bool told = test.cancelled == 1 && task->innermostRecord == &record && (task->status & MartletStatusCancelled) &&
              swift_task_isCancelled(task);
  __atomic_store_n(&task->innermostRecord, before, __ATOMIC_SEQ_CST);
  if (!told) fail("cancelling a task did not reach a linked record");
}

// A cancellation that was taken back is as if it had not been: the next one reaches the record again.
static void cancel_again(MartletTask *task) {
  MartletRecord record = {martlet_record_flags, task->innermostRecord, (void *)test_cancelled, &test};
  void *before = task->innermostRecord;
  martlet_uncancel(task);
  if (swift_task_isCancelled(task)) return fail("a cancellation could not be taken back");
  __atomic_store_n(&task->innermostRecord, &record, __ATOMIC_SEQ_CST);
  swift_task_cancel(task);
  __atomic_store_n(&task->innermostRecord, before, __ATOMIC_SEQ_CST);
  if (test.cancelled != 2) return fail("a task could not be cancelled again");
  martlet_uncancel(task);
}

// An item of ours is found as the runtime's own are, and so is what lies further out.
static void learn_local(MartletLocal *item, void **head, const void *key, uint64_t value) {
  static int other;
  if (item->next & ~(uintptr_t)7 || item->key != key || item->type != &martlet_int64_type[1] || item->value != value)
    return fail("a task-local is laid out differently");
  martlet_local_kind = item->next & MartletLocalKinds;
  MartletLocal ours = {(uintptr_t)item | martlet_local_kind, &other, &martlet_int64_type[1], ~value};
  *head = &ours;
  uint64_t *inner = swift_task_localValueGet(&other), *outer = swift_task_localValueGet(key);
  if (inner != &ours.value || outer != &item->value) fail("a task-local that was put by hand is not found");
  *head = item;
}

// The word of a task that holds the head of its task-locals is the one with which another task finds the value.
static void find_locals(MartletTask *task, MartletTask *other) {
  enum { First = 0x70, End = 0x100 };
  static int key;
  uint64_t value = 0x6d6172746c6574, before[End / 8];
  for (size_t offset = First; offset < End; offset += 8) before[offset / 8] = *(uint64_t *)((char *)task + offset);
  swift_task_localValuePush(&key, &value, &martlet_int64_type[1]);
  size_t found = 0;
  // From the end: the allocator's words stand before it, and are no heads of anything.
  for (size_t offset = End - 8; offset >= First && !found; offset -= 8) {
    uint64_t here = *(uint64_t *)((char *)task + offset), *there = (uint64_t *)((char *)other + offset), kept = *there;
    // It was empty and points somewhere now.
    if (here == before[offset / 8] || before[offset / 8] != 0 || kept != 0) continue;
    *there = here;
    *martlet_thread.activeTask = other;
    uint64_t *seen = swift_task_localValueGet(&key);
    *martlet_thread.activeTask = task;
    *there = kept;
    if (seen && *seen == value) found = offset;
  }
  bool here = swift_task_localValueGet(&key) != NULL;
  if (found) learn_local(*(MartletLocal **)((char *)task + found), (void **)((char *)task + found), &key, value);
  swift_task_localValuePop();
  if (!found || !here || *(uint64_t *)((char *)task + found) != 0 || swift_task_localValueGet(&key))
    return fail("a task's task-locals were not found");
  martlet_locals_offset = found;
}

static void learn_name(MartletTask *task) {
  static const char name[] = "self-test";
  struct {
    uintptr_t flags;
    void *parent;
    const char *name;
  } record = {0, task->innermostRecord, name};
  void *before = task->innermostRecord;
  __atomic_store_n(&task->innermostRecord, (void *)&record, __ATOMIC_SEQ_CST);
  task->flags |= MartletJobNamed;
  // The kind stands in the low byte of the flags.
  uintptr_t kind = 0;
  while (kind < 16 && swift_task_getCurrentTaskName() != name) record.flags = ++kind;
  __atomic_store_n(&task->innermostRecord, before, __ATOMIC_SEQ_CST);
  task->flags &= ~(uint32_t)MartletJobNamed;
  if (kind == 16) return fail("the record of a task's name is laid out differently");
  martlet_name_record_flags = kind;
}

static long membarrier(int command) { return syscall(__NR_membarrier, command, 0, 0); }

static void choose_fences(void) {
  martlet_fences = membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) != 0;
}

void martlet_fence_all(void) {
  if (martlet_fences) {
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return;
  }
  if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0) return;
  // Without it two threads might hold one lock.
  static const char message[] =
      "Martlet: the kernel refuses membarrier, which it granted when the process began to wait. A sandbox that forbids it "
      "has to be there before.\n";
  (void)!write(STDERR_FILENO, message, sizeof message - 1);
  abort();
}

typedef MARTLET_ASYNC void (*Resume)(MARTLET_ASYNC_CONTEXT MartletAsyncContext *);

static MARTLET_ASYNC void test_first_resumed(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  if (++test.firstSteps != 2 || swift_task_getCurrent() != test.first) fail("a jump did not resume the other task");
  __attribute__((musttail)) return ((Resume)context->resume)(context);
}

static MARTLET_ASYNC void test_second_resumed(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  if (++test.secondSteps != 2 || swift_task_getCurrent() != test.second)
    fail("the runtime did not resume a saved task");
  __attribute__((musttail)) return ((Resume)context->resume)(context);
}

// The bodies of the two tasks. One that is entered a second time was not resumed where it was saved.
__attribute__((used)) static MARTLET_ASYNC void test_first(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletTask *task = swift_task_getCurrent();
  if (++test.firstSteps != 1) return fail("the runtime did not resume a saved task");
  if (task != test.first) fail("the current task is not the one that was made");
  if (!test.failure) find_active_task(task);
  if (!test.failure) find_access_set();
  if (!test.failure) learn_record(task);
  if (!test.failure) cancel_with_record(task);
  if (!test.failure) cancel_again(task);
  if (!test.failure) find_locals(task, test.second);
  if (!test.failure) learn_name(task);
  if (test.failure) return;  // the task is abandoned as it is; it holds nothing
  test.firstFrame = (uintptr_t)__builtin_frame_address(0);
  task->resumeFunction = (void *)test_first_resumed;
  task->resumeContext = context;
  *martlet_thread.activeTask = NULL;
}
MARTLET_ASYNC_POINTER(test_first);

__attribute__((used)) static MARTLET_ASYNC void test_second(MARTLET_ASYNC_CONTEXT MartletAsyncContext *context) {
  MartletTask *task = swift_task_getCurrent();
  if (++test.secondSteps != 1) return fail("the runtime did not resume a saved task");
  if ((uintptr_t)__builtin_frame_address(0) != test.firstFrame) fail("tasks run at different depths of the stack");
  task->resumeFunction = (void *)test_second_resumed;
  task->resumeContext = context;
  *martlet_thread.activeTask = test.first;
  __attribute__((musttail)) return ((Resume)test.first->resumeFunction)(test.first->resumeContext);
}
MARTLET_ASYNC_POINTER(test_second);

extern char test_firstTu, test_secondTu;

static bool forced_portable(void) {
  const char *choice = getenv("MARTLET_PARKING");
  return choice && strcmp(choice, "portable") == 0;
}

static const char *run_test(void) {
  // Lets a test of ours see that a failing self-test leaves everything working.
  if (getenv("MARTLET_SELFTEST_FAILS")) return "the self-test was told to fail (MARTLET_SELFTEST_FAILS)";
  enum { DefaultPriority = 0x15 };
  test.first = swift_task_create(DefaultPriority, NULL, NULL, &test_firstTu, NULL).task;
  test.second = swift_task_create(DefaultPriority, NULL, NULL, &test_secondTu, NULL).task;
  martlet_run(test.first, true);
  if (test.failure) return test.failure;
  martlet_run(test.second, true);  // jumps into the first, which ends
  if (test.failure) return test.failure;
  if (swift_task_getCurrent() != NULL) return "a task that ended is still the current one";
  martlet_run(test.second, true);
  if (test.failure) return test.failure;
  if (test.firstSteps != 2 || test.secondSteps != 2) return "a task was not resumed as often as it parked";
  return NULL;
}

// The distance between the loop's frame and a park called from it, the same on every worker.
static uintptr_t parkDepth;

void martlet_parking_prepare(MartletWorker *worker) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_lock(&mutex);
  if (!__atomic_load_n(&decided, __ATOMIC_ACQUIRE)) {
    const char *failure = run_test();
    if (failure) {
      martlet_thread.activeTask = NULL;
      martlet_thread.accessSet = NULL;
    } else {
      parkDepth = martlet_run_frame - test.firstFrame;
      records = true;
      choose_fences();
      __atomic_store_n(&martlet_pooling, true, __ATOMIC_RELAXED);
      if (forced_portable()) failure = "MARTLET_PARKING=portable asks for it";
      martlet_direct = !failure;
    }
    decide(failure);
  }
  pthread_mutex_unlock(&mutex);
  martlet_parking_attach_thread();
  if (!martlet_fences) martlet_bias_begin(worker->id);
  // ORDERING: release: an inspector reads through it.
  __atomic_store_n(&worker->activeTask, martlet_thread.activeTask, __ATOMIC_RELEASE);
  worker->parkDepth = parkDepth;
}

static void wait_for_decision(void) {
  if (__atomic_load_n(&decided, __ATOMIC_ACQUIRE)) return;
  martlet_scheduler_start(0);
  while (!__atomic_load_n(&decided, __ATOMIC_ACQUIRE)) martlet_futex_wait(&decided, 0, -1);
}

void martlet_parking_decide(void) { wait_for_decision(); }

bool martlet_parking_direct(void) {
  wait_for_decision();
  return martlet_direct;
}

const char *martlet_parking_reason(void) {
  wait_for_decision();
  return reason;
}

const char *martlet_task_name(void *waiting) {
  MartletTask *task = waiting;
  if (!martlet_pools_tasks() || !(task->flags & MartletJobNamed)) return NULL;
  // Not by the runtime, which locks the records: a canceller holds that lock while it asks for the lock of what the
  // task waits for, which the caller holds. The list does not change under a task that waits.
  MartletRecord *record = __atomic_load_n((MartletRecord **)&task->innermostRecord, __ATOMIC_ACQUIRE);
  for (; record; record = record->parent)
    if ((record->flags & 0xff) == martlet_name_record_flags) return (const char *)record->function;
  return NULL;
}

#endif
