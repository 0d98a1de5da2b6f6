/*
 * The helper's own limits on guessing: how many checks run at once, and how long a name that failed waits for its next.
 * They delay, and refuse nothing: a right password is let in sooner or later whatever others do.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

struct limits {
	struct failures *failures;	/* shared by all processes */
	int slots;			/* a file without content; who holds the lock on octet N of it holds slot N */
};

/* False if the system has no memory or no randomness for it. */
bool limits_make(struct limits *);

/* Of a clock that only goes on. */
long milliseconds(void);
/* Waits until a check of this name may begin; when that is. The slot is given back when this process ends, however it ends. */
long limits_enter(const struct limits *, const struct config *, const char *name);
/*
 * It failed. Waits, and so keeps the slot, until an eighth of failureDelay after the check was let in: who sees when the
 * next one is let in, or has to wait longer, must not learn how long a name's hash took. A success takes nothing back:
 * that would tell a guesser that somebody has this name.
 */
void limits_count(const struct limits *, const struct config *, const char *name);
/* Takes the table away from a process that will be a user's: what it wrote there would delay others. */
void limits_leave(const struct limits *);
