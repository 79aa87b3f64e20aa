// What inspectors see: waits, scopes, children, headers and what the workers have to do, each copied under its own lock
// while the program goes on.
//
// I1. Blocks are found in their slabs, which are never given back: waiters, headers, queues of alarms, scopes and
//     children keep their type for ever, so that a lock found in one may be taken at any time.
// I2. What is copied is believed only under the lock that protects it: a waiter's under the lock of what it waits for,
//     a child's and a scope's under the scope's. A lock is held for the copy of one block, tens of nanoseconds.
// I3. Every description has the lock and its `version` at the copy. If martlet_unchanged says so later, nobody has had the
//     lock since but to look: what it protects is still what was copied.
// I4. Nothing here is called by what it looks at: it costs a program that nobody inspects nothing.
// Cost: linear in the most blocks of each kind that there ever were.
#pragma once
#include "MartletNursery.h"

enum { MartletShownName = 64 };  // with the closing zero; longer names are cut

typedef struct MartletLook {
  uintptr_t lock;
  uint32_t version;
} MartletLook;

typedef struct MartletWaitDescription {
  uintptr_t waiter, channel, task;  // channel: the header or queue; task: 0 for a thread
  uintptr_t select;                 // the same for all cases of one select; 0: no select
  MartletLook look;
  MartletResource resource;
  MartletOperation operation;
  bool onThread;
  bool holds;       // no wait: the task holds permits of a semaphore, since then
  uint32_t amount;  // permits of a semaphore; of a read-write lock: 1 to write, 0 to read
  int64_t since;
  int64_t left;  // of an alarm: nanoseconds from now until it is due
  uint64_t mark;
  MartletSite site;
  char name[MartletShownName];      // of the channel
  char taskName[MartletShownName];
} MartletWaitDescription;

typedef struct MartletScopeDescription {
  uintptr_t scope, openerTask;
  MartletLook look;
  uint32_t generation, children, limit;
  MartletReason reason;
  bool isNursery, isShield, isClosed, bodyEnded, hasDeadline, isTelling;
  int64_t left;  // nanoseconds from now until its deadline
  MartletSite site;
  char name[MartletShownName];
  char openerName[MartletShownName];
} MartletScopeDescription;

typedef struct MartletChildDescription {
  uintptr_t child, scope, task;
  MartletLook look;
  uint32_t generation, scopeGeneration;
  bool isBody, inLine;
  uint64_t mark;
  MartletSite site;
  char name[MartletShownName];
} MartletChildDescription;

typedef struct MartletChannelDescription {
  uintptr_t channel;
  MartletLook look;
  MartletResource resource;
  bool isClosed, isHalved;
  MartletOverflow overflow;
  uint32_t count, capacity;
  // Of semaphores, as MartletPrimitives.h says, and the first in line with its wish.
  uint32_t available, held, firstWish;
  bool supplied;
  uintptr_t first;
  uint64_t sent, dropped;
  MartletSite site;
  char name[MartletShownName];
} MartletChannelDescription;

// A task that runs on a worker, or waits to.
typedef struct MartletRunnableDescription {
  uintptr_t task;
  int32_t worker;  // -1: it waits
} MartletRunnableDescription;

// The task of a child's block, whether or not it runs a child now.
typedef struct MartletOwnedTask {
  uintptr_t task;
} MartletOwnedTask;

// Each copies up to `capacity` and returns how many there were to copy. Enough room: the same with capacity 0, which
// looks at nothing and takes no lock.
size_t martlet_waits(MartletWaitDescription *waits, size_t capacity);
size_t martlet_scopes(MartletScopeDescription *scopes, size_t capacity);
size_t martlet_children(MartletChildDescription *children, size_t capacity);
size_t martlet_channels(MartletChannelDescription *channels, size_t capacity);
size_t martlet_owned_tasks(MartletOwnedTask *tasks, size_t capacity);
size_t martlet_runnables(MartletRunnableDescription *runnables, size_t capacity);

// Whether the child is still the one that was described: so was its task all the time.
bool martlet_child_lives(const MartletChildDescription *child);
// Whether the scope has been open since it was described, and its opener's task the same child's.
bool martlet_scope_lives(const MartletScopeDescription *scope);
// Whether nobody has taken the lock since that look, nor has it now.
bool martlet_unchanged(MartletLook look);

// Marks the current task, and all tasks that it makes until it leaves, by a task-local. Marks of others are 0 where the
// layout of a task is not proved.
void martlet_mark_enter(int64_t mark);
void martlet_mark_leave(void);

// Calls back, on a thread of its own, whenever the process gets the signal. False: that signal cannot be caught.
bool martlet_on_signal(int signal, void (*callback)(int signal));
void martlet_write_error(const void *text, size_t length);
