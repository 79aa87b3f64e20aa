// The loop of a child's task: run what the child has to run, end the child, wait for the next one.
//
// In C, since between two children nothing may be left in the task but this loop, and each async function of Swift's on
// the way would cost a frame from the task's allocator. The calling conventions are those of Swift's async functions: a
// callee gets a context that the caller has allocated and returns by a jump to its `resume`, with the error, if the
// function can throw, where a method has `self`.
#include "Nursery.h"
#include "SelfTest.h"
#include "Transfer.h"

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
extern void swift_release(void *object);
extern void swift_errorRelease(void *error);

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

static MARTLET_ASYNC void child_ended(MARTLET_ASYNC_CONTEXT MartletAsyncContext *own);

static MARTLET_ASYNC void body_returned(MARTLET_ASYNC_CONTEXT MartletAsyncContext *callee, MARTLET_CONTEXT void *error) {
  MartletAsyncContext *own = callee->parent;
  leave((LoopContext *)own, callee);
  if (__builtin_expect(error != NULL, 0)) {
    MartletScope *scope = ((LoopContext *)own)->child->scope;
    if (scope->failed) scope->failed(scope->owner, NULL, error);
    scope->thrown = error;
  }
  return child_ended(own);
}

static MARTLET_ASYNC void job_returned(MARTLET_ASYNC_CONTEXT MartletAsyncContext *callee, MARTLET_CONTEXT void *error) {
  MartletAsyncContext *own = callee->parent;
  leave((LoopContext *)own, callee);
  MartletChild *child = ((LoopContext *)own)->child;
  if (__builtin_expect(error != NULL, 0)) {
    child->scope->failed(child->scope->owner, child, error);
    swift_errorRelease(error);
  }
  // What the closure holds goes before the child counts as ended.
  swift_release(child->job[1]);
  return child_ended(own);
}

static MARTLET_ASYNC void run_next(MARTLET_ASYNC_CONTEXT MartletAsyncContext *own) {
  MartletChild *child = ((LoopContext *)own)->child;
  if (__builtin_expect(child->scope == NULL, 0)) return child_ended(own);  // see martlet_child_ended
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
  child->idles = martlet_child_ended(child);
#if defined(MARTLET_DIRECT)
  MartletThreadState *thread = &martlet_thread;
  if (child->idles && martlet_idles_directly(thread)) {
    MartletTask *task = *thread->activeTask;
    task->resumeFunction = (void *)run_next;
    task->resumeContext = own;
    *thread->activeTask = NULL;
    MartletToken wake = child->wake;
    child->wake = 0;
    martlet_child_idle(child, (MartletToken)task);
    if (wake) MARTLET_TRANSFER_TO(thread, wake);
    MARTLET_TRANSFER(thread);
  }
#endif
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
