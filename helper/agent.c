/* See agent.h. Begins after root has been given up, and checks that. */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "fence.h"
#include "log.h"
#include "user.h"

#define WALK (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define READ (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define CREATE_NEW (UPDATE | O_CREAT | O_EXCL)
#define UPDATE (O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

enum { LISTED_MOST = 1000, LISTED_FIXED = 56, DIRECTORY_BUFFER = 32768, ANSWER_SECONDS = 60, IDLE_SECONDS = 24 * 60 * 60 };

/* RESULT: what became of it in the upper octet, and why in the lower. */
enum result {
	DONE = 0, MISSING = 0x100, NOT_PERMITTED = 0x200, CHANGED = 0x300, EXISTS = 0x400, FULL = 0x500, OUT_OF_ORDER = 0x600,
	A_LINK = 1, NOT_REGULAR = 2, FOREIGN = 3, MORE_LINKS = 4
};

static const char *const names[PLACES] = { NULL, "new", "cur", "tmp" };

static struct dialogue *dialogue;
static struct reply reply;
static uid_t user;
static int base, places[PLACES] = { -1, -1, -1, -1 };	/* the operator's directory, and the Maildir's */
static char path[PATH_SIZE];	/* the mail, below it */
static char *name;		/* the last component of that */

static enum result result_of(int number)
{
	switch (number) {
	case ENOENT: return MISSING;
	case ELOOP: return NOT_PERMITTED | A_LINK;
	case ENOTDIR: case EISDIR: case ENXIO: case ENODEV: return NOT_PERMITTED | NOT_REGULAR;
	case EPERM: case EACCES: case EXDEV: return NOT_PERMITTED;
	case EEXIST: return EXISTS;
	case ENOSPC: case EDQUOT: return FULL;
	default: return OUT_OF_ORDER;
	}
}

/* The directory that holds the mail: one component at a time, and no link followed. -1 with errno. */
static int open_parent(void)
{
	static int parent = -1;
	int directory = base, below;

	if (parent >= 0)
		return parent;
	errno = ENOENT;
	name = path;
	for (char *end; directory >= 0 && (end = strchr(name, '/')) != NULL; name = end + 1) {
		*end = '\0';
		below = openat(directory, name, WALK);
		*end = '/';
		if (directory != base)
			close(directory);
		directory = below;
	}
	return parent = directory;
}

/* A directory of the Maildir, which stays open from the first time on; -1 with errno. */
static int open_place(enum place place)
{
	int directory = places[place] >= 0 ? 0 : place == ROOT ? open_parent() : open_place(ROOT);

	if (places[place] < 0 && directory >= 0)
		places[place] = openat(directory, place == ROOT ? name : names[place], READ | O_DIRECTORY);
	return places[place];
}

/* What an open file must be to be mail; checked on the descriptor, so that nothing can be exchanged. */
static enum result check_file(int file, struct stat *status)
{
	if (fstat(file, status) != 0)
		return result_of(errno);
	if (!S_ISREG(status->st_mode))
		return NOT_PERMITTED | NOT_REGULAR;
	if (status->st_uid != user)
		return NOT_PERMITTED | FOREIGN;
	if (status->st_nlink > 1)
		return NOT_PERMITTED | MORE_LINKS;
	return status->st_nlink == 1 ? DONE : MISSING;
}

/* Opens a file into the reply. `same`, unless NULL, is the st_dev and st_ino that it must have. */
static enum result open_file(int directory, const char *file_name, int flags, const uint8_t *same)
{
	struct stat status;
	enum result result;
	int file = openat(directory, file_name, flags, 0600);

	if (file < 0)
		return result_of(errno);
	result = check_file(file, &status);
	if (result == DONE && same != NULL
	    && (status.st_dev != number_at(same, 8) || status.st_ino != number_at(same + 8, 8)))
		result = CHANGED;
	if (result == DONE)
		reply.descriptor[reply.descriptors++] = file;
	else
		close(file);
	return result;
}

static enum result open_mailbox(const struct message *request)
{
	int directory = open_parent();
	int flags = request->type == OPEN_MAILBOX ? READ : request->type == OPEN_UPDATE ? UPDATE : CREATE_NEW;
	enum result result = directory < 0 ? result_of(errno)
	    : open_file(directory, name, flags, request->type == OPEN_UPDATE ? request->items[0].octets : NULL);

	if (request->type == OPEN_UPDATE && result != DONE)
		dialogue->used = 0;	/* it came to nothing, and is the only one here that is good for once */
	if (request->type == CREATE_MAILBOX && result == DONE)
		close(reply.descriptor[--reply.descriptors]);
	return result;
}

/* An ENTRY's name as a string, and its place opened; -1 with errno. */
static int open_entry_place(const struct item *entry, char entry_name[static NAME_SIZE + 1])
{
	memcpy(entry_name, entry->octets + 1, entry->length - 1u);
	entry_name[entry->length - 1] = '\0';
	return open_place(entry->octets[0]);
}

static enum result change_entry(const struct message *request, unsigned i)
{
	char from[NAME_SIZE + 1], to[NAME_SIZE + 1];
	int target, directory = open_entry_place(&request->items[i], from);

	if (directory < 0)
		return result_of(errno);
	switch (request->type) {
	case OPEN: case CREATE:
		return open_file(directory, from, request->type == OPEN ? READ : CREATE_NEW, NULL);
	case UNLINK:
		return unlinkat(directory, from, 0) != 0 ? result_of(errno) : DONE;
	default:
		target = open_entry_place(&request->items[i + 1], to);
		return target < 0 || renameat2(directory, from, target, to, RENAME_NOREPLACE) != 0 ? result_of(errno) : DONE;
	}
}

/* A user may give a file any time: what 64 bits of nanoseconds cannot hold becomes the farthest they can. */
static uint64_t nanoseconds(struct timespec time)
{
	const int64_t most = INT64_MAX / 1000000000 - 1;

	return (uint64_t)(time.tv_sec > most ? INT64_MAX : time.tv_sec < -most ? INT64_MIN
	    : (int64_t)time.tv_sec * 1000000000 + time.tv_nsec);
}

static void reply_listed(const char *entry, const struct stat *status)
{
	const uint64_t wide[] = {
		status->st_dev, status->st_ino, (uint64_t)status->st_size, nanoseconds(status->st_mtim), nanoseconds(status->st_ctim)
	};
	const uint64_t narrow[] = { status->st_mode, status->st_uid, status->st_gid, status->st_nlink };
	uint8_t listed[LISTED_FIXED + NAME_SIZE];
	size_t length = strnlen(entry, NAME_SIZE);

	for (unsigned i = 0; i < 5; i++)
		number_put(listed + 8 * i, wide[i], 8);
	for (unsigned i = 0; i < 4; i++)
		number_put(listed + 40 + 4 * i, narrow[i], 4);
	memcpy(listed + LISTED_FIXED, entry, length);
	reply_octets(&reply, TAG_LISTED, listed, LISTED_FIXED + length);
}

/*
 * Adds a page of entries to the reply; where it ends is what the next page begins with, or all ones. What follows the
 * last page is the directory itself.
 */
static enum result list(int directory, uint64_t position, uint64_t *next)
{
	static _Alignas(struct dirent64) char entries[DIRECTORY_BUFFER];
	struct stat status;
	unsigned listed = 0;
	long length;

	if (position == UINT64_MAX && fstat(directory, &status) == 0)
		return reply_listed(".", &status), DONE;
	if (position > INT64_MAX || lseek(directory, (off_t)position, SEEK_SET) < 0)
		return OUT_OF_ORDER;
	*next = position;
	while ((length = syscall(SYS_getdents64, directory, entries, sizeof entries)) > 0)
		for (long at = 0; at < length;) {
			const struct dirent64 *entry = (const struct dirent64 *)(entries + at);

			at += entry->d_reclen;
			if (listed == LISTED_MOST || reply.length + ITEM_HEADER_SIZE + LISTED_FIXED + NAME_SIZE > REPLY_SIZE)
				return DONE;
			*next = (uint64_t)entry->d_off;
			if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
				continue;
			/* It may be gone again by now. */
			if (fstatat(directory, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
				reply_listed(entry->d_name, &status);
				listed++;
			}
		}
	*next = UINT64_MAX;
	return length < 0 ? result_of(errno) : DONE;
}

static void answer_list(const struct message *request)
{
	int directory = open_place(request->items[0].octets[0]);
	size_t result_at = reply.length + ITEM_HEADER_SIZE, next_at = result_at + 2 + ITEM_HEADER_SIZE;
	enum result result;
	uint64_t next = UINT64_MAX;

	/* Both come first and are known last. */
	reply_number(&reply, TAG_RESULT, DONE, 2);
	reply_number(&reply, TAG_NEXT, 0, 8);
	result = directory < 0 ? result_of(errno) : list(directory, number_at(request->items[1].octets, 8), &next);
	if (result != DONE) {
		reply_begin(&reply, dialogue, LIST);
		reply_number(&reply, TAG_RESULT, result, 2);
		return;
	}
	number_put(reply.octets + result_at, result, 2);
	number_put(reply.octets + next_at, next, 8);
}

static void answer(const struct message *request)
{
	int directory;

	reply_begin(&reply, dialogue, request->type);
	switch (request->type) {
	case OPEN_MAILBOX: case OPEN_UPDATE: case CREATE_MAILBOX:
		reply_number(&reply, TAG_RESULT, open_mailbox(request), 2);
		break;
	case LIST:
		answer_list(request);
		break;
	case SYNC:
		directory = open_place(request->items[0].octets[0]);
		reply_number(&reply, TAG_RESULT, directory < 0 || fsync(directory) != 0 ? result_of(errno) : DONE, 2);
		break;
	default:
		for (unsigned i = 0; i < request->count; i += request->type == RENAME ? 2 : 1)
			reply_number(&reply, TAG_RESULT, change_entry(request, i), 2);
	}
}

/*
 * Finds out the format of a virtual host's mail, and fences the file system off: from the mail where that exists, else
 * from the deepest directory on the way to it that does. Virtual users share a uid, so for them that would be too much.
 */
static bool enclose(const struct outcome *outcome, enum format *format)
{
	struct stat status = { 0 };
	int place, parent = open_parent();
	int mail = parent < 0 ? -1 : openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	bool good, found = mail >= 0 && fstat(mail, &status) == 0 && !S_ISLNK(status.st_mode);

	*format = !outcome->only ? outcome->format : found && S_ISDIR(status.st_mode) ? MAILDIR : MBOX;
	/* A mailbox of its own user's is fenced with its directory, in which it may be made while the session goes on. */
	place = outcome->only || (found && *format == MAILDIR) ? found ? mail : -1 : parent >= 0 ? parent : base;
	good = fence_files(place, place != mail || S_ISDIR(status.st_mode), *format);
	close(mail);
	return good;
}

/* A user can make its own files hang (FUSE, a dead server); what is asked of them ends all the same, and so does waiting. */
static void end_after(unsigned seconds)
{
	setitimer(ITIMER_REAL, &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
}

void agent_run(struct dialogue *connection, const struct outcome *outcome, pid_t monitor)
{
	static uint8_t buffer[REQUEST_SIZE];
	struct timeval never = { 0, 0 };
	struct message request;
	enum format format;

	dialogue = connection;
	user = outcome->uid;
	memcpy(path, outcome->path, sizeof path);
	log_aside(false);
	/* Becoming the user has cancelled the wish to end with the monitor, which may be gone already. */
	if (geteuid() == 0 || getuid() != user || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != monitor)
		_exit(70);
	end_after(ANSWER_SECONDS);
	base = open(outcome->base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (setsockopt(dialogue->connection, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof never) != 0
	    || !fence_limits() || !enclose(outcome, &format) || !fence_calls())
		_exit(70);
	dialogue->state = format == MAILDIR ? IN_MAILDIR : IN_MBOX;
	reply_begin(&reply, dialogue, LOGIN);
	reply_number(&reply, TAG_VERDICT, ACCEPTED, 1);
	reply_octets(&reply, TAG_NAME, outcome->account, strnlen(outcome->account, NAME_SIZE));
	reply_number(&reply, TAG_UID, user, 4);
	reply_number(&reply, TAG_FORMAT, format, 1);
	while (end_after(IDLE_SECONDS), reply_send(&reply, dialogue->connection) && message_receive(dialogue, buffer, &request)) {
		end_after(ANSWER_SECONDS);
		answer(&request);
	}
	_exit(0);
}
