// The bounds of the current thread's stack, which Swift cannot ask for: the call is a GNU extension.
#pragma once
#include <stdint.h>

// The lowest address of the current thread's stack; 0 where it cannot be known.
uintptr_t martlet_stack_base(void);
