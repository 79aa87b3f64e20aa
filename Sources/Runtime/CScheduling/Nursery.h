// Shared by Children.c, ChildTasks.c, Scopes.c, Parking.c and Workers.c, not with Swift.
#pragma once
#include "Fences.h"
#include "MartletNursery.h"
#include "SwiftRuntime.h"

void martlet_child_ready(MartletChild *child);
bool martlet_child_mark(MartletChild *child);
void martlet_child_tell(MartletChild *child);

// What that will look at, some children before.
static inline void martlet_child_prefetch(const MartletChild *child) {
  __builtin_prefetch(&child->task->status, 1);
  __builtin_prefetch(&child->record);
  // ORDERING: relaxed: where it waits may be another place by then.
  uintptr_t current = __atomic_load_n(&child->current, __ATOMIC_RELAXED);
  __builtin_prefetch((void *)(current & ~(uintptr_t)MartletCurrentKinds), 1);
}

// Where a canceller and a child that ends, or a thief and a worker, could be interrupted to each other's harm.
// MARTLET_DELAYS=1 makes them linger there at random, so that tests see orders of events that would take years to come
// by themselves. Not on a hot path.
extern bool martlet_delays;
void martlet_linger(void);
static inline void martlet_delay_point(void) {
  // ORDERING: relaxed: set once, by whoever comes first; a thread that does not see it does not linger.
  if (__builtin_expect(__atomic_load_n(&martlet_delays, __ATOMIC_RELAXED), 0)) martlet_linger();
}

// The innermost record of a child's task is linked when the task begins.
void martlet_link_child(MartletChild *child);
void martlet_unlink_child(MartletChild *child);
// Takes a cancellation back that nobody can be asking for any more: the task is between two children.
void martlet_uncancel(MartletTask *task);
// ORDERING: relaxed: whoever cancelled it has been waited for.
static inline bool martlet_was_cancelled(const MartletTask *task) {
  return __atomic_load_n(&task->status, __ATOMIC_RELAXED) & MartletStatusCancelled;
}
// What the runtime calls when it cancels the task of a child.
void martlet_child_cancelled(MartletChild *child);
