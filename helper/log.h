/* The log, in popa3d's vocabulary: to the standard error, or to syslog. Never what a client typed. */
#pragma once
#include <stdbool.h>
#include <syslog.h>

void log_to_syslog(void);
/* Gives the standard descriptors to /dev/null, and keeps the log's elsewhere if it is still wanted. */
void log_aside(bool keep);
__attribute__((format(printf, 2, 3))) void note(int priority, const char *format, ...);
