/* The log, in popa3d's vocabulary: to the standard error, or to syslog. Never what a client typed. */
#pragma once
#include <syslog.h>

void log_to_syslog(void);
/* From now on not to the standard error itself, which is about to be taken away from those who print. */
void log_aside(void);
__attribute__((format(printf, 2, 3))) void note(int priority, const char *format, ...);
