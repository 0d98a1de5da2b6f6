/* See limits.h. Runs in the checker, but for limits_make and limits_leave. */
#include "limits.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/*
 * So many names are remembered, later ones push out earlier ones; each recent failure delays the next check of its name
 * by so many ms; and so many failures are counted: at most 3 s.
 */
enum { NAMES = 4096, STEP_MS = 250, MOST = 12 };

static long let_in;	/* when this process's check was, in ms */

struct failures {
	unsigned turn;
	uint64_t key;		/* secret: nobody outside can tell which names meet in one place */
	/* The name's hash without its lower 24 bits, 8 bits of failures, 16 bits of the minute of the last one. */
	_Atomic uint64_t names[NAMES];
};

bool limits_make(struct limits *limits)
{
	limits->slots = memfd_create("postern-slots", MFD_CLOEXEC);
	limits->failures = mmap(NULL, sizeof *limits->failures, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return limits->slots >= 0 && limits->failures != MAP_FAILED
	    && getrandom(&limits->failures->key, sizeof limits->failures->key, 0) == sizeof limits->failures->key;
}

/* A hash with a secret key: the name as a polynomial over the field of 2^61-1 elements, at a secret point. */
static uint64_t hash(const struct limits *limits, const char *name)
{
	__extension__ typedef unsigned __int128 wide;
	const uint64_t prime = (UINT64_C(1) << 61) - 1;
	uint64_t sum = 1;

	for (; *name != '\0'; name++)
		sum = (uint64_t)(((wide)sum * (limits->failures->key % prime) + (unsigned char)*name) % prime);
	return sum;
}

long milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned minute(void)
{
	return (unsigned)(milliseconds() / 60000) & 0xFFFF;
}

/* How often the name has failed of late: each minute takes one away. */
static unsigned failures(const struct limits *limits, uint64_t hash)
{
	uint64_t entry = limits->failures->names[hash % NAMES];
	unsigned count = entry >> 16 & 0xFF, faded = (minute() - (unsigned)entry) & 0xFFFF;

	return entry >> 24 != hash >> 24 || count < faded ? 0 : count - faded;
}

long limits_enter(const struct limits *limits, const struct config *config, const char *name)
{
	unsigned failed = failures(limits, hash(limits, name));
	/* A quarter of the slots is kept for names that have not failed of late. */
	unsigned slots = config->max_checks - (failed == 0 ? 0 : config->max_checks / 4);
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1 };

	usleep(failed * STEP_MS * 1000);
	while (lock.l_start < slots && fcntl(limits->slots, F_SETLK, &lock) != 0)
		lock.l_start++;
	/* All are taken: wait for one, each for the next one in turn, and clean names among those that are kept for them. */
	if (lock.l_start == slots) {
		lock.l_start -= 1 + __atomic_fetch_add(&limits->failures->turn, 1, __ATOMIC_RELAXED)
		    % (failed == 0 ? config->max_checks / 4 : slots);
		fcntl(limits->slots, F_SETLKW, &lock);
	}
	return let_in = milliseconds();
}

void limits_count(const struct limits *limits, const struct config *config, const char *name)
{
	long keep = let_in + config->failure_delay / 8 - milliseconds();

	usleep(keep > 0 ? (useconds_t)keep * 1000 : 0);
	uint64_t value = hash(limits, name);
	unsigned count = failures(limits, value);
	/* Two at once may count as one: it is a delay, not a judgement. */
	limits->failures->names[value % NAMES] = (value >> 24) << 24 | (uint64_t)(count < MOST ? count + 1 : MOST) << 16 | minute();
}

void limits_leave(const struct limits *limits)
{
	munmap(limits->failures, sizeof *limits->failures);
}
