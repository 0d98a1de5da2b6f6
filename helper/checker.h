/* The process that checks one password, and takes it along when it exits. */
#pragma once
#include "limits.h"

/* All that a checker says. The session believes nothing of it that it has not looked at. */
struct outcome {
	enum verdict verdict;
	uid_t uid;			/* whose mail it is */
	gid_t gid;
	enum format format;		/* of a virtual host's mail the agent finds it out */
	bool only;			/* the user shares its uid: fence off everything but this mail */
	char account[NAME_SIZE + 1];	/* the name as the system knows it, for a virtual host with its address */
	char base[PATH_SIZE];		/* a directory that the operator chose */
	char path[PATH_SIZE];		/* where below it the mail is: components that are all names */
};

enum { QUEUE_SECONDS = 60 };

/*
 * Loads PAM's modules into the monitor, so that each check finds them there and needs half the time. None is called.
 * Those that begin a thread are left to the checks: a process that is forked would not have it.
 */
void checker_preload(const struct config *);

/* Says an octet when a LOGIN's check is let in, and its outcome as the last act. Runs as root. */
void checker_run(const struct config *, const struct limits *, const struct message *login, int result)
    __attribute__((noreturn));
