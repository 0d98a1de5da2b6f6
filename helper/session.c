/* See session.h. Runs as root until the verdict, or until it has nothing but a last word left to say. */
#include "session.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent.h"
#include "checker.h"
#include "last.h"
#include "log.h"
#include "user.h"

static struct dialogue dialogue = { .state = CONNECTED };
static uint8_t buffer[REQUEST_SIZE];

/* Reads what the checker says next, unless that takes too long, or the JVM hangs up meanwhile. */
static bool hear(int checker, void *words, size_t size, unsigned seconds)
{
	struct pollfd waits[2] = { { .fd = checker, .events = POLLIN }, { .fd = dialogue.connection } };

	return poll(waits, 2, (int)seconds * 1000) > 0 && waits[0].revents != 0
	    && read(checker, words, size) == (ssize_t)size;
}

/* Whether what a checker said may be believed: a module of PAM's may have written over it. */
static bool is_sound(struct outcome *outcome)
{
	outcome->account[NAME_SIZE] = outcome->base[PATH_SIZE - 1] = outcome->path[PATH_SIZE - 1] = '\0';
	return (unsigned)outcome->verdict <= UNAVAILABLE && (outcome->verdict != ACCEPTED || (outcome->uid != 0
	    && *outcome->account != '\0' && (outcome->format == MBOX || outcome->format == MAILDIR)));
}

static void __attribute__((noreturn)) log_in(const struct service *service, const struct message *login)
{
	struct outcome outcome;
	int ends[2] = { -1, -1 };
	pid_t checker = -1;

	if (pipe2(ends, O_CLOEXEC) == 0)
		checker = fork();
	if (checker == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		setpgid(0, 0);
		close(dialogue.connection);
		close(ends[0]);
		checker_run(&service->config, &service->limits, login, ends[1]);
	}
	close(ends[1]);
	/* By the checker's clock: it may keep the processor from us for as long as it computes, and that is what nobody may see. */
	long since = milliseconds(), delay = service->config.failure_delay;
	bool heard = checker > 0 && hear(ends[0], &since, sizeof since, QUEUE_SECONDS)
	    && hear(ends[0], &outcome, sizeof outcome, service->config.check_seconds);
	if (checker > 0) {
		kill(checker, SIGKILL);
		kill(-checker, SIGKILL);
		waitpid(checker, NULL, 0);
	}
	if (!heard && poll(&(struct pollfd){ .fd = dialogue.connection }, 1, 0) > 0)
		_exit(0);	/* nobody waits for it any more */
	explicit_bzero(buffer, login->items[2].octets + login->items[2].length - buffer);	/* up to the end of the secret */
	limits_leave(&service->limits);
	close_range(3, (unsigned)dialogue.connection - 1, 0);
	close_range((unsigned)dialogue.connection + 1, ~0u, 0);
	if (!heard || !is_sound(&outcome)) {
		note(LOG_CRIT, "Server failure: the check crashed, was killed, or took longer than checkSeconds");
		outcome.verdict = UNAVAILABLE;
	}
	if (outcome.verdict == ACCEPTED && user_become(outcome.uid, outcome.gid))
		agent_run(&dialogue, &outcome, service->monitor);
	if (outcome.verdict == ACCEPTED)
		_exit(70);
	last_give_up_root(service);
	/* A whole number of delays: a check that takes longer than one does not tell by how much. One more, for
	 * what the first time lost to whole milliseconds would make it come too early. */
	last_verdict(&dialogue, outcome.verdict, delay - (milliseconds() - since) % delay + 1);
}

void session_run(const struct service *service, int connection, bool is_peer)
{
	struct timeval most = { 30, 0 };	/* seconds that a request, or the taking of a reply, may take */
	struct message message;

	dialogue.connection = connection;
	if (setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most) != 0
	    || setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most) != 0)
		_exit(70);
	if (!is_peer || !message_receive(&dialogue, buffer, &message)) {
		last_give_up_root(service);
		if (!is_peer || dialogue.other_version)
			last_word(&dialogue, REFUSED, TAG_REASON, is_peer ? OTHER_VERSION : NOT_THE_PEER);
		_exit(0);
	}
	if (message.type == LOGIN)
		log_in(service, &message);
	last_give_up_root(service);
	if (message.type == LISTEN)
		last_sockets(&dialogue, service);
	last_word(&dialogue, STATUS, TAG_METHODS, service->config.methods);
}
