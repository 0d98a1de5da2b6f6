/* One connection of the JVM's, until its verdict. */
#pragma once
#include "config.h"
#include "limits.h"

struct service {
	struct config config;
	struct limits limits;
	int listening[LISTENERS];	/* -1 where it could not be bound */
	pid_t monitor;
};

/* Serves the one request of a connection whose peer is right, or tells a wrong one so. Begins as root. */
void session_run(const struct service *, int connection, bool is_peer) __attribute__((noreturn));
