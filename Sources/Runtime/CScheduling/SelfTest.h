// Shared by Parking.c, SelfTest.c and Workers.c: the decision on parking, and Swift's calling convention for async.
#pragma once
#include "Fences.h"
#include "MartletParking.h"
#include "Nursery.h"
#include "SwiftRuntime.h"

enum { MartletStatusLocked = 0x200 };

extern bool martlet_direct;             // tasks may be parked directly
extern uintptr_t martlet_record_flags;  // of a cancellation record, as the runtime writes them

extern uintptr_t martlet_name_record_flags;  // of a record that names a task
extern size_t martlet_locals_offset;          // of the head of a task's task-locals
extern uintptr_t martlet_local_kind;          // of a task-local, in the low bits of its first word
enum : uintptr_t { MartletLocalKinds = 7 };

// Decides how this process parks, unless that has been decided.
void martlet_parking_decide(void);

static inline void **martlet_locals_of(void *task) { return (void **)((char *)task + martlet_locals_offset); }

// One attempt to take the innermost record off; false while a canceller is at work.
bool martlet_unlink_record(MartletTask *task, MartletRecord *record);

// The name of a task that waits directly, while the lock of what it waits for is held; null if it has none.
const char *martlet_task_name(void *waiting);

#if defined(MARTLET_PARK_FUNCTIONS)
#define MARTLET_ASYNC __attribute__((swiftasynccall))
#define MARTLET_ASYNC_CONTEXT __attribute__((swift_async_context))

typedef struct MartletAsyncContext {
  struct MartletAsyncContext *parent;
  void *resume;
} MartletAsyncContext;

typedef MARTLET_ASYNC void (*MartletResume)(MARTLET_ASYNC_CONTEXT MartletAsyncContext *);

// The record by which Swift calls an async function: its relative address and the size of its context.
#define MARTLET_ASYNC_POINTER(function) MARTLET_ASYNC_POINTER_SIZED(function, "16")
#define MARTLET_ASYNC_POINTER_SIZED(function, size)                                                              \
  __asm__(".section .rodata,\"a\",@progbits\n.p2align 2\n.globl " #function "Tu\n" #function "Tu:\n .long " #function \
          " - " #function "Tu\n .long " size "\n.previous\n")
#endif
