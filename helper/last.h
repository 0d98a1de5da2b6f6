/* What a session says as its last word. Root is given up before any of it. */
#pragma once
#include "session.h"

/* Ends the process unless it is now the JVM's own user, which is enough for this. */
void last_give_up_root(const struct service *);
/* A reply of one item of one octet. */
void last_word(const struct dialogue *, enum type request, enum tag, unsigned octet) __attribute__((noreturn));
/* The verdict after so many milliseconds; or nothing, if the JVM goes before that. */
void last_verdict(const struct dialogue *, enum verdict, long milliseconds) __attribute__((noreturn));
void last_sockets(const struct dialogue *, const struct service *) __attribute__((noreturn));
