// What a child's task does: run what the child has to run, end the child, wait for the next one.
#include "Children.h"
#include "MartletPrimitives.h"
#include "Transfer.h"

void martlet_child_begin(MartletChild *child) {
  child->current = 0;
#if defined(MARTLET_DIRECT)
  if (martlet_pools_tasks()) martlet_link_child(child);
#endif
}

void martlet_child_settle(MartletChild *child) {
  // ORDERING: acquire pairs with the canceller's release: what it did with our wait is done.
  for (unsigned round = 0; __atomic_load_n(&child->telling, __ATOMIC_ACQUIRE) == MartletTelling; round++)
    martlet_wait_a_little(round);
}

// ---- Ending

// Makes every handle of the child stale, and takes out who waits for it.
static inline MartletWaiter *complete(MartletChild *child) {
  MartletChannel *completion = &child->completion;
  martlet_lock(&completion->lock);
  martlet_channel_retire(completion);
  MartletWaiter *waiters = martlet_take_waiters(completion);
  martlet_unlock(&completion->lock);
  return waiters;
}

// The limit lets another one start. The scope's lock is held.
static inline MartletChild *next_in_line(MartletScope *scope) {
  MartletChild *next = scope->firstInLine;
  if (__builtin_expect(next == NULL, 1)) return NULL;
  scope->firstInLine = next->nextInLine;
  if (!scope->firstInLine) scope->lastInLine = NULL;
  next->inLine = 0;
  scope->running++;
  return next;
}

// Returns whether the task shall become idle. `wake`: the opener, if this was the last one of its scope.
static inline __attribute__((always_inline)) bool end(MartletChild *child, MartletToken *wake) {
  MartletScope *scope = child->scope;
  *wake = 0;
  if (__builtin_expect(!scope, 0)) return false;  // discarded before it began, or one idle task too many
  martlet_undress(child);
  // Before the child does not count any more: when a nursery returns, all its handles know that they have ended.
  MartletWaiter *waiters = child->isBody ? NULL : complete(child);
  MartletChild *next = NULL;
  martlet_lock(&scope->lock);
  while (__builtin_expect(__atomic_load_n(&child->telling, __ATOMIC_ACQUIRE) == MartletTelling, 0)) {
    martlet_unlock(&scope->lock);
    martlet_child_settle(child);
    martlet_lock(&scope->lock);
  }
  martlet_unlist_child(scope, child);
  if (child->isBody) {
    scope->bodyEnded = 1;
  } else {
    scope->running--;
    next = next_in_line(scope);
  }
  if (--scope->pending == 0) {
    // ORDERING: release: see martlet_scope_close.
    __atomic_store_n(&scope->closed, 1, __ATOMIC_RELEASE);
    *wake = scope->opener;
  }
  martlet_unlock(&scope->lock);
  // After it: who has waited for a child does not find it counted.
  if (__builtin_expect(waiters != NULL, 0)) martlet_resume_all(waiters);
  if (__builtin_expect(next != NULL, 0)) martlet_child_ready(next);
  martlet_delay_point();  // the scope may be closed, freed and opened again
  martlet_free_name(child);
  martlet_set_scope(child, NULL);
  child->telling = MartletUntold;
  bool reuse = martlet_pools_tasks();
#if defined(MARTLET_DIRECT)
  if (reuse && __builtin_expect(martlet_was_cancelled(child->task), 0)) martlet_uncancel(child->task);
#endif
  return reuse;
}

#if !defined(MARTLET_PARK_FUNCTIONS)
bool martlet_child_ended(MartletChild *child) { return end(child, &child->wake); }
#endif

void martlet_child_idle(MartletChild *child, MartletToken token) {
  MartletToken wake = child->wake;
  child->wake = 0;
  martlet_idle(&martlet_thread, child, token);
  if (wake) martlet_resume(wake);
}

void martlet_child_leave(MartletChild *child) {
  MartletToken wake = child->wake;
#if defined(MARTLET_DIRECT)
  if (martlet_pools_tasks()) martlet_unlink_child(child);
#endif
  MartletTask *task = child->task;
  martlet_set_task(child, NULL);
  swift_release(task);  // the running task holds one of its own
  martlet_child_free(child);
  if (wake) martlet_resume(wake);
}

// ---- The loop
//
// In C, since between two children nothing may be left in the task but this loop, and each async function of Swift's on
// the way would cost a frame from the task's allocator. The calling conventions are those of Swift's async functions: a
// callee gets a context that the caller has allocated and returns by a jump to its `resume`, with the error, if the
// function can throw, where a method has `self`.

#if defined(MARTLET_PARK_FUNCTIONS)

// A function as a closure names it: where it is, and the size of the context that its caller allocates.
typedef struct AsyncPointer {
  int32_t function;
  uint32_t contextSize;
} AsyncPointer;

extern MARTLET_SWIFT void *swift_task_alloc(size_t size);
extern MARTLET_SWIFT void swift_task_dealloc(void *memory);

// The loop's own context, with room for that of most closures, which then costs nothing.
enum { InlineContext = 256 };
typedef struct LoopContext {
  MartletAsyncContext base;
  MartletChild *child;
  void *unused;
  _Alignas(16) char callee[InlineContext];
} LoopContext;
_Static_assert(sizeof(LoopContext) == 288, "the size given to MARTLET_ASYNC_POINTER_SIZED below");

static inline MartletAsyncContext *enter(LoopContext *own, uint32_t size) {
  return size <= InlineContext ? (MartletAsyncContext *)own->callee : swift_task_alloc(size);
}
static inline void leave(LoopContext *own, MartletAsyncContext *callee) {
  if (__builtin_expect((void *)callee != (void *)own->callee, 0)) swift_task_dealloc(callee);
}

// What a child runs: `() async throws -> Void`. The first two arguments are the isolation, of which there is none.
typedef MARTLET_ASYNC void (*AsyncClosure)(void *, void *, MARTLET_ASYNC_CONTEXT MartletAsyncContext *,
                                           MARTLET_CONTEXT void *);
// What a scope's body is: `(Owner) async throws -> Result` of any type, which it puts where the first argument says. One
// without a parameter does not look at the register of the owner.
typedef MARTLET_ASYNC void (*AsyncBody)(void *, void *, void *, const void *,
                                        MARTLET_ASYNC_CONTEXT MartletAsyncContext *, MARTLET_CONTEXT void *);
extern void swift_errorRelease(void *error);

// Most that is thrown where many children throw is a CancellationError, of which nobody needs more than that.
typedef struct ErrorValue {
  const void *value, *type, *conformance;
} ErrorValue;
extern void swift_getErrorValue(const void *error, void **scratch, ErrorValue *found);
extern const void *const cancellation_error_type __asm__("$sScEN");
static bool is_cancellation(const void *error) {
  void *scratch;
  ErrorValue found;
  swift_getErrorValue(error, &scratch, &found);
  return found.type == &cancellation_error_type;
}

// These take a closure that does not escape, whose context lies in the frame of the opener, which waits. Swift has no
// type for such a closure outside of a parameter, and one declaration has one type.
MARTLET_SWIFT void martlet_body_aim(MartletChild *child, void *function, void *context) {
  child->job[0] = function;
  child->job[1] = context;
}
MARTLET_SWIFT void martlet_body_aim_in_scope(MartletChild *child, void *function, void *context) {
  martlet_body_aim(child, function, context);
}
MARTLET_SWIFT void martlet_body_aim_in_nursery(MartletChild *child, void *function, void *context) {
  martlet_body_aim(child, function, context);
}

// What throws on an actor comes back on it: Swift 6.3 switches away before it returns, but not before it throws. Such a
// task runs deeper than the worker's loop called it, so that it goes back there, and lets the actor go, before another
// one runs.
static MARTLET_ASYNC void child_ended(MARTLET_ASYNC_CONTEXT MartletAsyncContext *own);

static MARTLET_ASYNC void body_returned(MARTLET_ASYNC_CONTEXT MartletAsyncContext *callee, MARTLET_CONTEXT void *error) {
  MartletAsyncContext *own = callee->parent;
  leave((LoopContext *)own, callee);
  if (__builtin_expect(error != NULL, 0)) {
    MartletScope *scope = ((LoopContext *)own)->child->scope;
    if (scope->failed) scope->failed(scope->owner, NULL, error);
    // ORDERING: plain, as what the body put in the place of its result: the opener goes on after the scope's lock.
    scope->thrown = error;
  }
  return child_ended(own);
}

static MARTLET_ASYNC void job_returned(MARTLET_ASYNC_CONTEXT MartletAsyncContext *callee, MARTLET_CONTEXT void *error) {
  MartletAsyncContext *own = callee->parent;
  leave((LoopContext *)own, callee);
  MartletChild *child = ((LoopContext *)own)->child;
  if (__builtin_expect(error != NULL, 0)) {
    child->scope->failed(child->scope->owner, child, is_cancellation(error) ? NULL : error);
    swift_errorRelease(error);
  }
  // What the closure holds goes before the child counts as ended.
  swift_release(child->job[1]);
  return child_ended(own);
}

static MARTLET_ASYNC void run_next(MARTLET_ASYNC_CONTEXT MartletAsyncContext *own) {
  MartletChild *child = ((LoopContext *)own)->child;
  if (__builtin_expect(child->scope == NULL, 0)) return child_ended(own);  // see end
  AsyncPointer *pointer = child->job[0];
  MartletAsyncContext *callee = enter((LoopContext *)own, pointer->contextSize);
  callee->parent = own;
  void *function = (char *)&pointer->function + pointer->function;
  // Jumps without the attribute, which asks for equal signatures: the calling convention makes every such call one.
  if (child->isBody) {
    callee->resume = (void *)body_returned;
    return ((AsyncBody)function)(child->scope->result, NULL, NULL, child->scope->owner, callee, child->job[1]);
  }
  callee->resume = (void *)job_returned;
  return ((AsyncClosure)function)(NULL, NULL, callee, child->job[1]);
}

static MARTLET_ASYNC void child_ended(MARTLET_ASYNC_CONTEXT MartletAsyncContext *own) {
  MartletChild *child = ((LoopContext *)own)->child;
  MartletToken wake;
  child->idles = end(child, &wake);
#if defined(MARTLET_DIRECT)
  MartletThreadState *thread = &martlet_thread;
  if (child->idles && martlet_idles_directly(thread)) {
    MartletTask *task = *thread->activeTask;
    task->resumeFunction = (void *)run_next;
    task->resumeContext = own;
    *thread->activeTask = NULL;
    martlet_idle(thread, child, (MartletToken)task);
    if (wake) MARTLET_TRANSFER_TO(thread, wake);
    MARTLET_TRANSFER(thread);
  }
#endif
  child->wake = wake;
  __attribute__((musttail)) return ((MartletResume)own->resume)(own);
}

// Runs one child after the other as long as the task parks directly in between. Returns when it has to wait otherwise, as
// `idles` tells, or to end. Swift calls it as a `nonisolated(nonsending)` async function of two arguments.
MARTLET_ASYNC void martlet_run_children(void *isolation, void *isolationTable, void *child, void *unused,
                                        MARTLET_ASYNC_CONTEXT MartletAsyncContext *own) {
  (void)isolation, (void)isolationTable, (void)unused;
  ((LoopContext *)own)->child = child;
  return run_next(own);
}
MARTLET_ASYNC_POINTER_SIZED(martlet_run_children, "288");

#endif
