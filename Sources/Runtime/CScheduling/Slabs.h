// All blocks that there ever were, for inspectors: free ones as well. Each is to be believed only under its lock.
#pragma once
#include "MartletNursery.h"

void martlet_each_waiter(void (*visit)(MartletWaiter *waiter, void *context), void *context);
void martlet_each_header(void (*visit)(MartletChannel *header, void *context), void *context);
void martlet_each_scope(void (*visit)(MartletScope *scope, void *context), void *context);
void martlet_each_child(void (*visit)(MartletChild *child, void *context), void *context);
