// What the files of children share: how a child's block is written, and the way into a scope and out of it. Inline: to
// spawn and to join passes it four times.
#pragma once
#include <stdlib.h>

#include "Nursery.h"
#include "SelfTest.h"
#include "Workers.h"

// Idle children change hands in so many; a worker keeps two such magazines: a batch of a thousand is common.
enum { MartletMagazine = 512 };

// ORDERING: release: see I5 of MartletNursery.h.
static inline void martlet_set_scope(MartletChild *child, MartletScope *scope) {
  __atomic_store_n(&child->scope, scope, __ATOMIC_RELEASE);
}

// ORDERING: relaxed: inspectors compare it, and follow it under the scope's lock alone.
static inline void martlet_set_task(MartletChild *child, MartletTask *task) {
  __atomic_store_n(&child->task, task, __ATOMIC_RELAXED);
}

// ---- The pool, of which Children.c has the rest

// Gives back a child without a task.
void martlet_child_free(MartletChild *child);
// A full magazine: the worker keeps it, and gives away the one that it has kept.
void martlet_change_magazine(MartletThreadState *thread);
// An idle child on a thread that is no worker.
void martlet_idle_foreign(MartletChild *child);

static inline void martlet_idle(MartletThreadState *thread, MartletChild *child, MartletToken token) {
  child->token = token;
  if (__builtin_expect(thread->worker == NULL, 0)) {
    martlet_idle_foreign(child);
    return;
  }
  child->nextInLine = thread->idle;
  thread->idle = child;
  if (__builtin_expect(++thread->idleCount == MartletMagazine, 0)) martlet_change_magazine(thread);
}

static inline void martlet_free_name(MartletChild *child) {
  if (__builtin_expect(child->longName == NULL, 1)) return;
  free(child->longName);
  child->longName = NULL;
}

// ---- Lists of a scope. Its lock is held.

// ORDERING: release: an inspector that holds the lock of the child's former scope finds it listed after it finds it
// moved.
static inline void martlet_set_listed(MartletChild *child, bool listed) {
  __atomic_store_n(&child->listed, listed, __ATOMIC_RELEASE);
}

static inline void martlet_list_child(MartletChild **list, MartletChild *child) {
  MartletChild *first = *list;
  child->previous = NULL;
  child->next = first;
  if (first) first->previous = child;
  *list = child;
  martlet_set_listed(child, true);
}

static inline void martlet_unlist_child(MartletScope *scope, MartletChild *child) {
  MartletChild *next = child->next, *previous = child->previous;
  if (next) next->previous = previous;
  if (previous) previous->next = next;
  else if (scope->untold == child) scope->untold = next;
  else scope->told = next;
  martlet_set_listed(child, false);
}

// ---- What a task has while it runs a child

// What it finds: the nursery's task-locals, the child's name.
static inline void martlet_dress(MartletChild *child, MartletScope *scope) {
#if defined(MARTLET_DIRECT)
  if (!martlet_pools_tasks()) return;
  void **locals = martlet_locals_of(child->task);
  *locals = scope->locals;
  if (__builtin_expect(child->nameRecord.name == NULL, 1)) return;
  child->task->flags |= MartletJobNamed;  // the task does not run: nobody else writes them
  if (!child->fresh) {
    child->nameRecord.flags = martlet_name_record_flags;
    child->nameRecord.parent = child->record.parent;
    child->record.parent = &child->nameRecord;
  }
#else
  (void)child, (void)scope;
#endif
}

static inline void martlet_undress(MartletChild *child) {
#if defined(MARTLET_DIRECT)
  // Or the runtime would release them as the task's own when it ends.
  if (martlet_pools_tasks()) *martlet_locals_of(child->task) = NULL;
#endif
  if (__builtin_expect(child->nameRecord.name == NULL, 1)) return;
  child->nameRecord.name = NULL;
#if defined(MARTLET_DIRECT)
  if (!martlet_pools_tasks()) return;
  child->record.parent = child->nameRecord.parent;
  child->task->flags &= ~(uint32_t)MartletJobNamed;
#endif
}

// The body's place in its scope, under the scope's lock.
static inline void martlet_body_enter(MartletScope *scope, MartletChild *body) {
  body->isBody = 1;
  martlet_set_scope(body, scope);
  body->nameRecord.name = scope->openerName;  // the opener's, which waits
  // While no canceller can find the body: one that walks its task's records must not meet a change of them.
  martlet_dress(body, scope);
  // Its alarm and the cancellers of the opener know the scope already.
  martlet_lock(&scope->lock);
  bool isCancelled = scope->reason != MartletNotCancelled;
  body->cancelsAtStart = isCancelled;
  body->telling = isCancelled ? MartletTold : MartletUntold;
  martlet_list_child(isCancelled ? &scope->told : &scope->untold, body);
  scope->shown = 1;
  martlet_unlock(&scope->lock);
}
