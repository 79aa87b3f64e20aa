// Sleeping on a word until it changes. On systems without futexes, one mutex and condition variable for all.
#pragma once
#include <stdint.h>

// Returns when `*word != expected`, when woken, after `nanoseconds` (negative: never), or for no reason.
void martlet_futex_wait(uint32_t *word, uint32_t expected, int64_t nanoseconds);
void martlet_futex_wake(uint32_t *word, int count);
