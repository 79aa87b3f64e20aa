// The end of a thread: what it cached goes back.
#pragma once

void martlet_thread_register(void);
void martlet_select_release_cache(void);
