/*
 * An agent that has been taken over: linked around message_receive, so that the product's sources know nothing of it.
 * A packet "ATTK" and a line tells what to try from inside; the answer is a packet with the result and errno.
 * fence_calls and fence_files can be left out by the environment, to see what holds without them.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../fence.h"

bool __real_message_receive(struct dialogue *, uint8_t *, struct message *);
bool __wrap_message_receive(struct dialogue *, uint8_t *, struct message *);
bool __real_fence_calls(void);
bool __wrap_fence_calls(void);
bool __real_fence_files(int, bool, enum format);
bool __wrap_fence_files(int, bool, enum format);

bool __wrap_fence_calls(void)
{
	return getenv("POSTERN_TEST_NO_SECCOMP") != NULL || __real_fence_calls();
}

bool __wrap_fence_files(int place, bool is_directory, enum format format)
{
	return getenv("POSTERN_TEST_NO_LANDLOCK") != NULL || __real_fence_files(place, is_directory, format);
}

static long try_it(const char *what, char *with)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char octets[64], *second = strchr(with, ' ');
	struct iovec local = { octets, sizeof octets }, remote = { octets, sizeof octets };
	struct rlimit many = { 100, 100 };
	gid_t root = 0;
	long at, pid;

	if (second != NULL)
		*second++ = '\0';
	if (strcmp(what, "setuid") == 0)
		return setuid(0);
	if (strcmp(what, "setresuid") == 0)
		return setresuid(0, 0, 0);
	if (strcmp(what, "setgid") == 0)
		return setgid(0);
	if (strcmp(what, "setgroups") == 0)
		return setgroups(1, &root);
	if (strcmp(what, "read") == 0)
		return open(with, O_RDONLY);
	if (strcmp(what, "read-nofollow") == 0)	/* as the rules for system calls allow it: below a directory that is open */
		return openat(0x7FFFFFF, with, O_RDONLY | O_NOFOLLOW);
	if (strcmp(what, "write") == 0)
		return open(with, O_WRONLY);
	if (strcmp(what, "write-nofollow") == 0)
		return openat(0x7FFFFFF, with, O_WRONLY | O_NOFOLLOW);
	if (strcmp(what, "create") == 0)
		return open(with, O_WRONLY | O_CREAT, 0600);
	if (strcmp(what, "create-nofollow") == 0)
		return openat(0x7FFFFFF, with, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);
	if (strcmp(what, "list-nofollow") == 0)
		return openat(0x7FFFFFF, with, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (strcmp(what, "unlink") == 0)
		return unlinkat(0x7FFFFFF, with, 0);
	if (strcmp(what, "rename") == 0)
		return syscall(SYS_renameat2, 0x7FFFFFF, with, 0x7FFFFFF, second, 0);	/* the C library takes renameat for 0 */
	if (strcmp(what, "mkdir") == 0)
		return mkdir(with, 0700);
	if (strcmp(what, "symlink") == 0)
		return symlink("/etc/passwd", with);
	if (strcmp(what, "link") == 0)
		return link(with, second);
	if (strcmp(what, "chmod") == 0)
		return chmod(with, 0777);
	if (strcmp(what, "socket") == 0)
		return socket(AF_INET, SOCK_STREAM, 0);
	if (strcmp(what, "tcp") == 0) {
		struct sockaddr_in there = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(with)),
			.sin_addr = { htonl(INADDR_LOOPBACK) } };

		return (at = socket(AF_INET, SOCK_STREAM, 0)) < 0 ? -1 : connect((int)at, (struct sockaddr *)&there, sizeof there);
	}
	if (strcmp(what, "abstract") == 0) {
		snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "%s", with);
		return (at = socket(AF_UNIX, SOCK_STREAM, 0)) < 0 ? -1
		    : connect((int)at, (struct sockaddr *)&address, (socklen_t)(sizeof(sa_family_t) + 1 + strlen(with)));
	}
	if (strcmp(what, "execve") == 0)
		return execl("/bin/true", "true", (char *)NULL);
	if (strcmp(what, "fork") == 0) {
		if ((pid = fork()) == 0)
			_exit(0);
		return pid;
	}
	if (strcmp(what, "ptrace") == 0)
		return ptrace(PTRACE_ATTACH, atoi(with), NULL, NULL);
	if (strcmp(what, "peek") == 0)
		return process_vm_readv(atoi(with), &local, 1, &remote, 1, 0);
	if (strcmp(what, "kill") == 0)
		return kill(atoi(with), SIGTERM);
	if (strcmp(what, "setrlimit") == 0)
		return setrlimit(RLIMIT_NPROC, &many);
	if (strcmp(what, "dumpable") == 0)
		return prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	if (strcmp(what, "mmap") == 0)
		return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
	if (strcmp(what, "descriptors") == 0) {	/* how many descriptors from 0 on are open */
		at = 0;
		for (int i = 0; i < 256; i++) {
			struct stat status;

			at += fstat(i, &status) == 0;
		}
		return at;
	}
	errno = EINVAL;
	return -2;
}

bool __wrap_message_receive(struct dialogue *dialogue, uint8_t *buffer, struct message *message)
{
	char octets[1024], answer[64], *with;
	ssize_t length;

	for (;;) {
		struct iovec vector = { octets, sizeof octets - 1 };
		struct msghdr header = { .msg_iov = &vector, .msg_iovlen = 1 };

		if (dialogue->state == CONNECTED)
			break;
		length = recvmsg(dialogue->connection, &header, MSG_PEEK);
		if (length < 4 || memcmp(octets, "ATTK", 4) != 0)
			break;
		length = recvmsg(dialogue->connection, &header, 0);
		octets[length] = '\0';
		with = strchr(octets, ' ');
		if (with != NULL)
			*with++ = '\0';
		errno = 0;
		long result = try_it(octets + 4, with == NULL ? octets + length : with);

		vector.iov_base = answer;
		vector.iov_len = (size_t)snprintf(answer, sizeof answer, "%ld %d", result, errno);
		sendmsg(dialogue->connection, &header, MSG_NOSIGNAL);
	}
	return __real_message_receive(dialogue, buffer, message);
}
