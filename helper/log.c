/* See log.h. */
#include "log.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int target = STDERR_FILENO;	/* -1: syslog */

void log_to_syslog(void)
{
	openlog("postern-helper", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	target = -1;
}

void log_aside(bool keep)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (keep && target >= 0)
		target = fcntl(target, F_DUPFD_CLOEXEC, 3);
	for (int i = 0; i < 3; i++)
		dup2(null, i);
	close(null);
}

void note(int priority, const char *format, ...)
{
	char line[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	/* What comes from configuration or the passwd file may still have a control character in it. */
	for (char *c = line; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
	if (target < 0)
		syslog(priority, "%s", line);
	else if (getenv("JOURNAL_STREAM") != NULL)
		dprintf(target, "<%d>%s\n", priority, line);	/* systemd's journal adds the name and the number */
	else
		dprintf(target, "postern-helper[%ld]: %s\n", (long)getpid(), line);
}
