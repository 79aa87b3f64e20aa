#define _GNU_SOURCE
#include "Futex.h"

#include <stddef.h>
#include <time.h>

#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

void martlet_futex_wait(uint32_t *word, uint32_t expected, int64_t nanoseconds) {
  struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  syscall(SYS_futex, word, FUTEX_WAIT | FUTEX_PRIVATE_FLAG, expected, nanoseconds < 0 ? NULL : &limit, NULL, 0);
}

void martlet_futex_wake(uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, NULL, NULL, 0);
}
#else
#include <pthread.h>
#include <sys/time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

void martlet_futex_wait(uint32_t *word, uint32_t expected, int64_t nanoseconds) {
  pthread_mutex_lock(&mutex);
  // ORDERING: wakers change the word before they take the mutex, so it is either seen here or followed by a broadcast.
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == expected) {
    if (nanoseconds < 0) {
      pthread_cond_wait(&changed, &mutex);
    } else {
      struct timeval now;
      gettimeofday(&now, NULL);
      int64_t end = (int64_t)now.tv_sec * 1000000000 + (int64_t)now.tv_usec * 1000 + nanoseconds;
      struct timespec limit = {end / 1000000000, end % 1000000000};
      pthread_cond_timedwait(&changed, &mutex, &limit);
    }
  }
  pthread_mutex_unlock(&mutex);
}

void martlet_futex_wake(uint32_t *word, int count) {
  (void)word, (void)count;
  pthread_mutex_lock(&mutex);
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}
#endif
