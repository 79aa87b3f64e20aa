#define _GNU_SOURCE
#include "stack.h"
#include <pthread.h>

uintptr_t martlet_stack_base(void) {
#if defined(__linux__)
  pthread_attr_t attributes;
  void *base = 0;
  size_t size = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  pthread_attr_getstack(&attributes, &base, &size);
  pthread_attr_destroy(&attributes);
  return (uintptr_t)base;
#elif defined(__APPLE__)
  pthread_t self = pthread_self();
  return (uintptr_t)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
#else
  return 0;
#endif
}
