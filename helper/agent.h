/* The process that has become the user, and opens that user's mail files for the JVM. */
#pragma once
#include "checker.h"

/* Takes over the process for good. No root here, and no way back; ends when the connection or the monitor does. */
void agent_run(struct dialogue *, const struct outcome *, pid_t monitor) __attribute__((noreturn));
