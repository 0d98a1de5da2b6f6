/* The helper's limits: what failures cost, how they fade, and that no slot is lost with a process. */
#include <time.h>
#include <unistd.h>

static int test_clock_gettime(clockid_t clock, struct timespec *now);
static int test_usleep(useconds_t delay);
#define clock_gettime test_clock_gettime
#define usleep test_usleep
#include "../limits.c"
#undef clock_gettime
#undef usleep

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static long now_seconds = 100000;
static long slept;	/* ms */

static int test_clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){ .tv_sec = now_seconds };
	return 0;
}

static int test_usleep(useconds_t delay)
{
	slept = (long)(delay / 1000);
	return 0;
}

static struct limits limits;
static struct config config = { .max_checks = 8, .failure_delay = 2000 };

/* What the next check of a name is delayed by, in ms; asked in a process of its own, which holds the slot. */
static long delay_of(const char *name)
{
	int ends[2];
	long delay = -1;

	CHECK(pipe(ends) == 0);
	if (fork() == 0) {
		limits_enter(&limits, &config, name);
		_exit(write(ends[1], &slept, sizeof slept) == sizeof slept ? 0 : 1);
	}
	close(ends[1]);
	CHECK(read(ends[0], &delay, sizeof delay) == sizeof delay);
	close(ends[0]);
	wait(NULL);
	return delay;
}

static void fail(const char *name, unsigned times)
{
	while (times-- > 0)
		limits_count(&limits, &config, name);
}

static void test_each_failure_costs_a_quarter_of_a_second(void)
{
	CHECK(delay_of("alice") == 0);
	for (unsigned i = 1; i <= 15; i++) {
		fail("alice", 1);
		CHECK(delay_of("alice") == (i < 12 ? i : 12) * 250);
	}
	CHECK(delay_of("alicf") == 0 && delay_of("alic") == 0 && delay_of("alicea") == 0);
}

static void test_a_failure_keeps_its_slot_for_an_eighth_of_the_delay(void)
{
	CHECK(delay_of("erin") == 0);
	let_in = milliseconds();
	fail("erin", 1);
	CHECK(slept == 250);
	let_in = milliseconds() - 249;
	fail("erin", 1);
	CHECK(slept == 1);
	let_in = milliseconds() - 251;
	fail("erin", 1);
	CHECK(slept == 0);
}

static void test_failures_fade(void)
{
	fail("bob", 3);
	now_seconds += 60;
	CHECK(delay_of("bob") == 500);
	now_seconds += 60;
	CHECK(delay_of("bob") == 250);
	now_seconds += 60;
	CHECK(delay_of("bob") == 0);
	now_seconds += 600;
	CHECK(delay_of("bob") == 0);
	fail("bob", 1);
	CHECK(delay_of("bob") == 250);
	fail("carol", 200);
	now_seconds += 11 * 60;
	CHECK(delay_of("carol") == 250);
	now_seconds += 60;
	CHECK(delay_of("carol") == 0);
	/* The minutes are counted in 16 bits. */
	now_seconds = 65535L * 60;
	fail("dave", 3);
	now_seconds += 60;
	CHECK(delay_of("dave") == 500);
}

static void test_names_that_meet_in_the_table(void)
{
	char name[32], other[32];
	uint64_t place;
	unsigned i = 0;

	/* Two names in one place: the later one pushes the earlier one out, and takes nothing of it over. */
	snprintf(name, sizeof name, "first");
	place = hash(&limits, name) % NAMES;
	do
		snprintf(other, sizeof other, "u%u", i++);
	while (hash(&limits, other) % NAMES != place && i < 1000000);
	CHECK(i < 1000000);
	fail(name, 5);
	CHECK(delay_of(name) == 1250 && delay_of(other) == 0);
	fail(other, 1);
	CHECK(delay_of(name) == 0 && delay_of(other) == 250);
}

static void test_the_hash_is_of_the_whole_name(void)
{
	char name[256];
	uint64_t whole;

	memset(name, 'x', 255);
	name[255] = '\0';
	whole = hash(&limits, name);
	for (unsigned i = 0; i < 255; i++) {
		name[i] ^= 1;
		CHECK(hash(&limits, name) != whole);
		name[i] ^= 1;
	}
	CHECK(hash(&limits, name) == whole && whole < (UINT64_C(1) << 61));
	struct limits other;
	CHECK(limits_make(&other) && hash(&other, name) != whole);	/* another start, another key */
	close(other.slots);
}

/* A process that has been let in and stays; its end of the pipe says when. */
static pid_t hold(const char *name, int *let_in)
{
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		limits_enter(&limits, &config, name);
		if (write(ends[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	*let_in = ends[0];
	return pid;
}

static bool is_let_in(int let_in, bool wait_for_it)
{
	char octet;

	for (unsigned i = 0; i < 2000; i++) {
		fcntl(let_in, F_SETFL, O_NONBLOCK);
		if (read(let_in, &octet, 1) == 1)
			return true;
		if (!wait_for_it && i == 50)
			return false;
		usleep(1000);
	}
	return false;
}

static void end(pid_t pid)
{
	CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
}

static void test_slots_and_the_quarter_for_clean_names(void)
{
	pid_t pids[9];
	int let_in[9];

	fail("mallory", 12);
	/* 6 of 8 for names that failed, 2 are kept. */
	for (unsigned i = 0; i < 6; i++) {
		pids[i] = hold("mallory", &let_in[i]);
		CHECK(is_let_in(let_in[i], true));
	}
	pids[6] = hold("mallory", &let_in[6]);
	CHECK(!is_let_in(let_in[6], false));
	pids[7] = hold("clean1", &let_in[7]);
	pids[8] = hold("clean2", &let_in[8]);
	CHECK(is_let_in(let_in[7], true) && is_let_in(let_in[8], true));
	/* All are taken, for the clean ones too; a killed one gives its slot back. */
	int ninth, waits;
	pid_t pid = hold("clean3", &ninth);

	CHECK(!is_let_in(ninth, false));
	for (unsigned i = 0; i < 9; i++)
		if (i != 6)
			end(pids[i]);
	CHECK(is_let_in(ninth, true) && is_let_in(let_in[6], true));
	end(pid);
	end(pids[6]);
	/* And all eight are there again. */
	for (unsigned i = 0; i < 8; i++) {
		pids[i] = hold("clean", &let_in[i]);
		CHECK(is_let_in(let_in[i], true));
	}
	pid = hold("clean", &waits);
	CHECK(!is_let_in(waits, false));
	end(pid);
	for (unsigned i = 0; i < 8; i++)
		end(pids[i]);
}

static void test_clean_names_wait_for_the_slots_that_are_kept(void)
{
	pid_t pids[11];
	int let_in[11];

	/* Six of mallory's, who stays; two clean ones; three clean ones that wait. */
	for (unsigned i = 0; i < 11; i++) {
		pids[i] = hold(i < 6 ? "mallory" : "clean", &let_in[i]);
		CHECK(is_let_in(let_in[i], i < 8) == (i < 8));
	}
	end(pids[6]);
	end(pids[7]);
	CHECK(is_let_in(let_in[8], true) && is_let_in(let_in[9], true) && !is_let_in(let_in[10], false));
	end(pids[8]);
	end(pids[9]);
	CHECK(is_let_in(let_in[10], true));
	end(pids[10]);
	for (unsigned i = 0; i < 6; i++)
		end(pids[i]);
}

static void test_waiting_ones_are_spread_over_all_slots(void)
{
	pid_t pids[12];
	int let_in[12];

	for (unsigned i = 0; i < 12; i++)
		pids[i] = hold("clean", &let_in[i]);
	/* Which eight come first is the system's choice. */
	bool in[12];
	unsigned count = 0;
	for (unsigned i = 0; i < 12; i++)
		count += in[i] = is_let_in(let_in[i], false);
	CHECK(count == 8);
	/* Each end lets the next one in; nobody waits for ever, whichever ends first. */
	for (unsigned i = 0; i < 12; i++)
		if (in[i])
			end(pids[i]);
	for (unsigned left = 4; left > 0; )
		for (unsigned i = 0; i < 12; i++)
			if (!in[i] && is_let_in(let_in[i], left == 1)) {
				in[i] = true;
				end(pids[i]);
				left--;
			}
	for (unsigned i = 0; i < 12; i++)
		close(let_in[i]);
}

int main(void)
{
	CHECK(limits_make(&limits));
	test_each_failure_costs_a_quarter_of_a_second();
	test_a_failure_keeps_its_slot_for_an_eighth_of_the_delay();
	test_failures_fade();
	test_names_that_meet_in_the_table();
	test_the_hash_is_of_the_whole_name();
	test_slots_and_the_quarter_for_clean_names();
	test_clean_names_wait_for_the_slots_that_are_kept();
	test_waiting_ones_are_spread_over_all_slots();
	limits_leave(&limits);
	return checks_end("limits");
}
