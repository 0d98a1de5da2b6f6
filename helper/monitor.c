/*
 * postern-helper: checks passwords, and opens mail for whoever had the right one. PROTOCOL.md says what it speaks.
 *
 * What runs as root:
 *   monitor.c  everything: binds, accepts, counts and forks; reads nothing that comes from the JVM
 *   session.c  everything
 *   message.c  everything, on the one request before the verdict
 *   user.c     user_become, at its beginning
 *   log.c      note
 *   config.c   config_load, at its beginning
 *   limits.c   limits_make
 *   checker.c  checker_preload, and with it the beginnings of PAM's modules
 *   checker.c, limits.c: in a process of its own for each password, with a connection to nobody
 * What never does: agent.c, fence.c, last.c, reply.c, and what parses helper.conf.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checker.h"
#include "log.h"
#include "session.h"

enum { BACKLOG = 512, RETRY = 1000 /* ms after which a port that was taken is tried again */ };

static struct service service;
static struct config *const config = &service.config;

/*
 * Binds what is not bound yet; whether all is. A JVM that outlived the monitor before this one still has its
 * sockets, and goes on serving with them: then there is nothing to do but to wait for its end.
 */
static bool bind_listeners(bool first_time)
{
	bool all = true;

	for (unsigned i = 0; i < config->listeners; i++) {
		const union address *address = &config->listen[i];
		bool ip6 = address->any.sa_family == AF_INET6;
		int one = 1, s = service.listening[i];

		if (s >= 0)
			continue;
		s = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (s >= 0 && setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0
		    && (!ip6 || setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) == 0)
		    && bind(s, &address->any, ip6 ? sizeof address->ip6 : sizeof address->ip4) == 0
		    && listen(s, BACKLOG) == 0) {
			service.listening[i] = s;
			continue;
		}
		if (first_time)
			note(LOG_CRIT, "listen: port %u: %s; trying again every second", ntohs(address->ip4.sin_port),
			    strerror(errno));
		close(s);
		all = false;
	}
	return all;
}

static int make_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(address.sun_path, config->socket, sizeof address.sun_path);
	if (s >= 0 && (connect(s, (struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN))
		errno = EADDRINUSE;	/* another helper serves there, or has a full backlog */
	/* Made with its group and mode: to change them later would be to follow a name that may lead elsewhere by then. */
	else if (s >= 0 && (unlink(config->socket) == 0 || errno == ENOENT) && setegid(config->peer_gid) == 0
	    && bind(s, (struct sockaddr *)&address, sizeof address) == 0 && setegid(0) == 0 && listen(s, BACKLOG) == 0)
		return s;
	note(LOG_CRIT, "socket %s: %s", config->socket, strerror(errno));
	return -1;
}

/* Takes up a changed helper.conf for new sessions. What is bound already stays as it is. */
static void reload(const char *path)
{
	struct config changed;

	if (!config_load(path, &changed)) {
		note(LOG_ERR, "%s: the last good one stays in force", path);
		return;
	}
	memcpy(changed.listen, config->listen, sizeof config->listen);
	memcpy(changed.socket, config->socket, sizeof config->socket);
	changed.listeners = config->listeners;
	*config = changed;
	checker_preload(config);
	note(LOG_INFO, "%s: read again; listen, socket and the group of peer change with a restart", path);
}

/* Whether there is one session more. */
static bool begin_session(int helper_socket)
{
	int connection = accept4(helper_socket, NULL, NULL, SOCK_CLOEXEC);
	struct ucred peer;
	socklen_t length = sizeof peer;

	if (connection < 0)
		return false;
	pid_t pid = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 ? fork() : -1;
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (peer.uid != config->peer_uid)
			note(LOG_ERR, "A connection of uid %ld, which is not the peer", (long)peer.uid);
		session_run(&service, connection, peer.uid == config->peer_uid);
	}
	if (pid < 0)
		note(LOG_CRIT, "Server failure: no process for a session: %s", strerror(errno));
	close(connection);
	return pid > 0;
}

/* Until SIGTERM. Sessions end with this process: they asked the kernel for that. */
static void serve(const char *path, int helper_socket, int signals)
{
	bool bound = false;
	struct signalfd_siginfo info;
	unsigned sessions = 0;
	int status;
	pid_t pid;

	note(LOG_INFO, "Serving %s for uid %ld", config->socket, (long)config->peer_uid);
	for (;;) {
		/* Who comes when all sessions are taken waits in the backlog. */
		struct pollfd waits[2] = {
			{ .fd = signals, .events = POLLIN },
			{ .fd = sessions < config->max_sessions ? helper_socket : -1, .events = POLLIN }
		};

		poll(waits, 2, bound ? -1 : RETRY);
		if (read(signals, &info, sizeof info) == (ssize_t)sizeof info) {
			if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
				return;
			if (info.ssi_signo == SIGHUP)
				reload(path);
		}
		/* A stopped one would not see its end: its user, or the JVM's, could have stopped it to use up all sessions. */
		while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0)
			if (WIFSTOPPED(status))
				kill(pid, SIGKILL);
			else if (sessions--, WIFEXITED(status) && WEXITSTATUS(status) == 70)
				note(LOG_CRIT, "Server failure: session %ld could not be shut in (uid, limits, Landlock, seccomp)", (long)pid);
		if (waits[1].revents != 0)
			sessions += begin_session(helper_socket);
		if (!bound)
			bound = bind_listeners(false);
	}
}

static int start(const char *path)
{
	struct rlimit none = { 0, 0 };
	sigset_t all;
	int signals, helper_socket;

	umask(0117);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (geteuid() != 0 || chdir("/") != 0 || setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
	    || signals < 0 || !limits_make(&service.limits)) {
		note(LOG_CRIT, "cannot start: %s", geteuid() != 0 ? "wants to be root" : strerror(errno));
		return 71;
	}
	memset(service.listening, -1, sizeof service.listening);
	if (!config_load(path, config))
		return 78;
	bind_listeners(true);	/* first: who finds the socket may ask for them */
	if ((helper_socket = make_socket()) < 0)
		return 78;
	checker_preload(config);
	service.monitor = getpid();
	serve(path, helper_socket, signals);
	unlink(config->socket);
	note(LOG_INFO, "Ended");
	return 0;
}

int main(int argc, char **argv)
{
	const char *path = "/etc/postern/helper.conf";
	int option;

	/* The three standard descriptors are somebody's, so that no other file ever gets their numbers. */
	while ((option = open("/dev/null", O_RDWR)) >= 0 && option < 3)
		continue;
	close(option);
	while ((option = getopt(argc, argv, "c:s")) == 'c' || option == 's')
		if (option == 'c')
			path = optarg;
		else
			log_to_syslog();
	if (option == -1 && optind == argc)
		return start(path);
	fprintf(stderr, "usage: postern-helper [-s: log to syslog] [-c FILE: instead of %s]\n", path);
	return 64;
}
