/* All that the helper's tests need of a framework: what is wrong is printed, and counted. */
#pragma once
#include <stdio.h>
#include <stdlib.h>

static unsigned checks_made, checks_failed;

#define CHECK(what) \
	do { \
		checks_made++; \
		if (!(what)) { \
			checks_failed++; \
			fprintf(stderr, "%s:%d: %s: not so: %s\n", __FILE__, __LINE__, __func__, #what); \
		} \
	} while (0)

/* The same, of one case among many. */
#define CHECK_CASE(what, ...) \
	do { \
		checks_made++; \
		if (!(what)) { \
			checks_failed++; \
			fprintf(stderr, "%s:%d: %s: not so: %s: ", __FILE__, __LINE__, __func__, #what); \
			fprintf(stderr, __VA_ARGS__); \
			fprintf(stderr, "\n"); \
		} \
	} while (0)

static inline int checks_end(const char *name)
{
	printf("%s: %u checks, %u failed\n", name, checks_made, checks_failed);
	return checks_failed == 0 ? 0 : 1;
}
