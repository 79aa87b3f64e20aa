// What is recorded of every wait, for inspectors.
#pragma once
#include "MartletChannel.h"

typedef struct MartletWaitDescription {
  uintptr_t channel, task;
  MartletOperation operation;
  MartletResource resource;  // what kind of thing `channel` is
  bool inSelect;
  uint32_t amount;           // permits of a semaphore that are waited for; of a read-write lock: 1 to write, 0 to read
  int64_t since;
  const char *file;
  uint32_t fileLength, line;
  char name[64];
  char taskName[64];
} MartletWaitDescription;

// Copies up to `capacity` of the waits there are now and returns how many there are. Takes each channel's lock in turn;
// cost is linear in the most waiters there ever were.
size_t martlet_waits(MartletWaitDescription *waits, size_t capacity);
void martlet_task_name(void *task, char *name, size_t capacity);
