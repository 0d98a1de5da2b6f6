/* What an agent locks itself into, once it is the user. */
#pragma once
#include <stdbool.h>

#include "message.h"

/* Limits: no core, no further process, no file that grows. */
bool fence_limits(void);

/*
 * Landlock, where the kernel has it: nothing of the file system but the mail, and of that only what a format needs.
 * `place` is a directory, or the one mailbox file; -1 permits nothing at all.
 */
bool fence_files(int place, bool is_directory, enum format);

/* seccomp: the system calls of the agent's loop, and openat only with O_NOFOLLOW and with a directory (absolute names ignore it). */
bool fence_calls(void);
