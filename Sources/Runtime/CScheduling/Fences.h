// A fence of two sides that differ: one who passes by often stores and loads with nothing in between, and one who comes
// rarely has every thread of the process pass a fence between its own store and load (membarrier). Either the one sees
// the other's store, or the other the one's.
#pragma once
#include <stdbool.h>

extern bool martlet_fences;  // the process cannot ask for fences of all: whoever passes often has to pass its own

// The side that passes often.
static inline void martlet_fence_here(void) {
  if (__builtin_expect(martlet_fences, 0)) __atomic_thread_fence(__ATOMIC_SEQ_CST);
  else __atomic_signal_fence(__ATOMIC_SEQ_CST);
}

// The side that comes rarely: when it returns, every thread of the process has passed a fence, or, where the process
// cannot ask for that, this one has, as every thread of the other side does. Costs one to two microseconds where one
// other thread runs.
void martlet_fence_all(void);
