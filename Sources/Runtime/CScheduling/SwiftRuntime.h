// What this module calls of the Swift runtime (all exported functions), and the shape of what it reads of a task.
//
// The offsets are those of swift/ABI/Task.h and stdlib/public/Concurrency/TaskPrivate.h, releases 6.2 to 6.3. Nothing
// relies on them before SelfTest.c has seen them hold in the running process.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "MartletParking.h"

#define MARTLET_SWIFT __attribute__((swiftcall))
#define MARTLET_CONTEXT __attribute__((swift_context))

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define MARTLET_SANITIZED 1
#endif
#endif
#if defined(__linux__) && defined(__x86_64__)
#define MARTLET_PARK_FUNCTIONS 1  // Swift names them on this platform
#if !defined(MARTLET_SANITIZED)
#define MARTLET_DIRECT 1
#endif
#endif

typedef struct MartletTask {
  void *metadata;
  uintptr_t referenceCount;
  void *schedulerPrivate[2];  // of whichever executor the job is queued on
  uint32_t flags;
  uint32_t identifier;
  void *reserved[2];
  void *resumeFunction;  // 0x38
  void *resumeContext;   // 0x40
  void *reserved64;
  void *exclusivity[2];
  uint32_t status __attribute__((aligned(16)));  // 0x60
  uint32_t executionLock;
  void *innermostRecord;  // 0x68
} MartletTask;

enum {
  MartletStatusCancelled = 0x100,
  MartletStatusPreference = 0x8000,      // a TaskExecutor preference is in force
  MartletJobPreference = 0x20000000,     // the same, given when the task was created
  MartletJobKind = 0xff,                 // 0: a task
  MartletJobNamed = 0x40000000,          // among the task's records is one with its name
};

// Whether a task wants an executor of its own. ORDERING: relaxed: it changes while the task runs, by the task itself.
static inline bool martlet_has_preference(const MartletTask *task) {
  return __atomic_load_n(&task->status, __ATOMIC_RELAXED) & MartletStatusPreference || task->flags & MartletJobPreference;
}

extern MARTLET_SWIFT void swift_job_run(void *job, MartletExecutorReference executor);
// As swift_job_run, which first looks for the task's preference for an executor.
extern MARTLET_SWIFT void swift_job_run_on_serial_and_task_executor(void *job, MartletExecutorReference executor,
                                                                    MartletExecutorReference preference);
extern void swift_release(void *object);
extern MARTLET_SWIFT MartletTask *swift_task_getCurrent(void);
extern MARTLET_SWIFT _Bool swift_task_isCancelled(MartletTask *task);
extern MARTLET_SWIFT const char *swift_task_getCurrentTaskName(void);
extern MARTLET_SWIFT void swift_continuation_resume(void *task);
// Of Builtin.Int64: the pointer to its value witnesses, then what a pointer to the type points to.
extern const void *const martlet_int64_type[] __asm__("$sBi64_N");

// One bound task-local, as the runtime keeps it: a list from the innermost outwards.
typedef struct MartletLocal {
  uintptr_t next;  // and, in its low bits, the kind of item
  const void *key;
  const void *type;
  uint64_t value;
} MartletLocal;
