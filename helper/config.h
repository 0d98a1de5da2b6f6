/* helper.conf, the operator's word on what the helper may do. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <sys/types.h>

#include "message.h"

enum { LISTENERS = 16, PATH_SIZE = 1024 };

union address {
	struct sockaddr any;
	struct sockaddr_in ip4;
	struct sockaddr_in6 ip6;
};

struct config {
	char socket[108];			/* as large as sun_path */
	char peer[64];
	uid_t peer_uid;
	gid_t peer_gid;
	union address listen[LISTENERS];
	unsigned listeners;
	/* Where system users' mail is: in `spool`, or if that is empty at `below_home`. */
	enum format format;
	char spool[PATH_SIZE], below_home[PATH_SIZE];
	char vhome[PATH_SIZE];			/* empty: no virtual hosts */
	char pam_service[64];
	unsigned methods;			/* a set of enum method */
	char deny[PATH_SIZE];			/* names, between blanks or commas */
	unsigned minimum_uid, max_sessions, max_checks, check_seconds;
	unsigned failure_delay;			/* milliseconds */
	char dummy_hash[384];			/* as costly as this system's usual ones, for names that have none */
};

/* Reads the file. What is wrong is logged with file, line, key and remedy, and the result is then false. */
bool config_load(const char *path, struct config *);

/* The word after the last one that was found in a list, without its blanks and commas; false after the last. */
bool config_word(const char **list, char *word, size_t size);
