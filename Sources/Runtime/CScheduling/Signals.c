// A callback for a signal, on a thread of its own: a handler may do next to nothing, and must not wait for a lock that the
// interrupted thread holds.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "MartletInspection.h"

enum { SignalLimit = 65 };

typedef struct Listener {
  int ends[2];
  void (*callback)(int signal);
} Listener;

static Listener listeners[SignalLimit];

static void handle(int signal) {
  int saved = errno;
  char byte = 0;
  (void)!write(listeners[signal].ends[1], &byte, 1);
  errno = saved;
}

static void *listen(void *argument) {
  Listener *listener = argument;
  // Whoever made this thread may block every signal, as Dispatch's threads do; then nobody else might get it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, (int)(listener - listeners));
  pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
  for (;;) {
    char byte;
    ssize_t count = read(listener->ends[0], &byte, 1);
    if (count == 1) listener->callback((int)(listener - listeners));
    else if (count == 0 || errno != EINTR) return NULL;
  }
}

bool martlet_on_signal(int signal, void (*callback)(int signal)) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  if (signal <= 0 || signal >= SignalLimit) return false;
  Listener *listener = &listeners[signal];
  pthread_mutex_lock(&mutex);
  bool isSet = listener->callback != NULL;
  pthread_t thread;
  if (!isSet && pipe(listener->ends) == 0) {
    listener->callback = callback;
    struct sigaction action = {.sa_handler = handle, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    isSet = pthread_create(&thread, NULL, listen, listener) == 0 && sigaction(signal, &action, NULL) == 0;
  }
  pthread_mutex_unlock(&mutex);
  return isSet;
}

void martlet_write_error(const void *text, size_t length) {
  const char *rest = text;
  while (length > 0) {
    ssize_t written = write(STDERR_FILENO, rest, length);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) rest += written, length -= (size_t)written;
  }
}
