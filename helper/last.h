/* What a session says as its last word. Root is given up before any of it. */
#pragma once
#include "session.h"

/* Ends the process unless it is now the JVM's own user, which is enough for this. */
void last_give_up_root(const struct service *);
void last_refuse(const struct dialogue *, enum reason) __attribute__((noreturn));
void last_status(const struct dialogue *, unsigned methods) __attribute__((noreturn));
void last_sockets(const struct dialogue *, const struct service *) __attribute__((noreturn));
/* Answers after so many milliseconds, or goes when the JVM does. */
void last_verdict(const struct dialogue *, enum verdict, long milliseconds) __attribute__((noreturn));
