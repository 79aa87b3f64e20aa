// Shared by Parking.c, SelfTest.c and Workers.c: the decision on parking, and Swift's calling convention for async.
#pragma once
#include "MartletParking.h"
#include "SwiftRuntime.h"

enum { MartletStatusLocked = 0x200 };

extern bool martlet_direct;             // tasks may be parked directly
extern uintptr_t martlet_record_flags;  // of a cancellation record, as the runtime writes them

// One attempt to take the innermost record off; false while a canceller is at work.
bool martlet_unlink_record(MartletTask *task, MartletRecord *record);

#if defined(MARTLET_PARK_FUNCTIONS)
#define MARTLET_ASYNC __attribute__((swiftasynccall))
#define MARTLET_ASYNC_CONTEXT __attribute__((swift_async_context))

typedef struct MartletAsyncContext {
  struct MartletAsyncContext *parent;
  void *resume;
} MartletAsyncContext;

typedef MARTLET_ASYNC void (*MartletResume)(void *, void *, void *, void *, MARTLET_ASYNC_CONTEXT MartletAsyncContext *);

// The record by which Swift calls an async function: its relative address and the size of its context.
#define MARTLET_ASYNC_POINTER(function)                                                                          \
  __asm__(".section .rodata,\"a\",@progbits\n.p2align 2\n.globl " #function "Tu\n" #function "Tu:\n .long " #function \
          " - " #function "Tu\n .long 16\n.previous\n")
#endif
