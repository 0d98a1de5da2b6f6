/* See config.h. All but config_load runs as nobody. */
#include "config.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "user.h"

enum { NOBODY = 65534, ABSOLUTE = 1 };

/* One key: how its value is read, into which place of the configuration, within which bounds, and what is right. */
struct key {
	const char *name, *wanted;
	bool (*set)(const struct key *, struct config *, const char *value);
	size_t offset, least, most;
};

static bool set_number(const struct key *key, struct config *config, const char *value)
{
	char *end;
	unsigned long number = strtoul(value, &end, 10);

	*(unsigned *)((char *)config + key->offset) = (unsigned)number;
	return *value >= '0' && *value <= '9' && *end == '\0' && number >= key->least && number <= key->most;
}

static bool set_text(const struct key *key, struct config *config, const char *value)
{
	return *value != '\0' && (key->least != ABSOLUTE || *value == '/')
	    && (size_t)snprintf((char *)config + key->offset, key->most, "%s", value) < key->most;
}

static bool set_listen(const struct key *key, struct config *config, const char *value)
{
	static const struct addrinfo numeric = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	char host[64], port[6], more;
	bool good = config->listeners < LISTENERS
	    && (sscanf(value, "[%63[^]]]:%5[0-9]%c", host, port, &more) == 2 || sscanf(value, "%63[^ \t:]:%5[0-9]%c", host, port, &more) == 2
	    || sscanf(value, "%63s %5[0-9]%c", host, port, &more) == 2)
	    && strtoul(port, NULL, 10) - 1 < key->most && getaddrinfo(host, port, &numeric, &found) == 0;

	if (good)
		memcpy(&config->listen[config->listeners++], found->ai_addr, found->ai_addrlen);
	if (found != NULL)
		freeaddrinfo(found);
	return good;
}

static bool set_mail(const struct key *key, struct config *config, const char *value)
{
	size_t length = strcspn(value, " \t");
	const char *place = value + length + strspn(value + length, " \t");

	*config->spool = *config->below_home = '\0';
	config->format = strncmp(value, "maildir ", length + 1) == 0 ? MAILDIR : MBOX;
	if (strncmp(value, "spool ", length + 1) == 0)
		return *place == '/' && set_text(key, config, place);
	return (config->format == MAILDIR || strncmp(value, "home ", length + 1) == 0) && *place != '\0'
	    && *place != '/' && strstr(place, "..") == NULL && strstr(place, "//") == NULL && place[strlen(place) - 1] != '/'
	    && (size_t)snprintf(config->below_home, PATH_SIZE, "%s", place) < PATH_SIZE;
}

static bool set_methods(const struct key *key, struct config *config, const char *value)
{
	char word[8];

	config->methods = 0;
	while (config_word(&value, word, sizeof word))
		config->methods |= strcmp(word, "shadow") == 0 ? BY_SHADOW : strcmp(word, "pam") == 0 ? BY_PAM
		    : strcmp(word, "vhome") == 0 ? BY_VHOME : (unsigned)key->most;
	return config->methods != 0 && config->methods < key->most;
}

#define AT(field) offsetof(struct config, field)
static const struct key keys[] = {
	{ "socket", "an absolute path of at most 107 octets", set_text, AT(socket), ABSOLUTE, 108 },
	{ "peer", "the name of the user that the JVM runs as", set_text, AT(peer), 0, 64 },
	{ "listen", "ADDRESS PORT or ADDRESS:PORT, at most 16 times", set_listen, 0, 1, 65535 },
	{ "mail", "spool /DIRECTORY, or home FILE or maildir DIRECTORY below the home", set_mail, AT(spool), 0, PATH_SIZE },
	{ "vhome", "an absolute path", set_text, AT(vhome), ABSOLUTE, PATH_SIZE },
	{ "pamService", "the name of a file in /etc/pam.d", set_text, AT(pam_service), 0, 64 },
	{ "methods", "some of shadow, pam, vhome", set_methods, 0, 0, 8 },
	{ "deny", "user names, at most 1023 octets in all", set_text, AT(deny), 0, PATH_SIZE },
	{ "minimumUid", "a number from 1 on", set_number, AT(minimum_uid), 1, 4294967294u },
	{ "maxSessions", "a number from 1 to 20000", set_number, AT(max_sessions), 1, 20000 },
	{ "maxChecks", "a number from 4 to 1000", set_number, AT(max_checks), 4, 1000 },
	{ "checkSeconds", "seconds from 1 to 60", set_number, AT(check_seconds), 1, 60 },
	{ "failureDelay", "milliseconds from 10 to 10000", set_number, AT(failure_delay), 10, 10000 }
};

bool config_word(const char **list, char *word, size_t size)
{
	size_t length;

	*list += strspn(*list, ", \t");
	length = strcspn(*list, ", \t");
	snprintf(word, size, "%.*s", (int)length, *list);
	*list += length;
	return length > 0;
}

static bool set(struct config *config, const char *path, unsigned number, const char *line)
{
	static unsigned seen;	/* bit N: key N was there; this process reads one file */
	char name[32] = "", value[PATH_SIZE + 1] = "";

	sscanf(line, " %31[^# \t\r\n] %1024[^#\r\n]", name, value);
	for (size_t end = strlen(value); end > 0 && (value[end - 1] == ' ' || value[end - 1] == '\t'); end--)
		value[end - 1] = '\0';
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(name, keys[i].name) == 0) {
			bool again = (seen & 1u << i) != 0 && keys[i].set != set_listen;

			seen |= 1u << i;
			if (!again && keys[i].set(&keys[i], config, value))
				return true;
			note(LOG_ERR, "%s line %u: %s wants %s, not \"%s\"%s", path, number, name, keys[i].wanted, value,
			    again ? " too" : "");
			return false;
		}
	if (*name != '\0')
		note(LOG_ERR, "%s line %u: \"%s\" is not a key: take it out", path, number, name);
	return *name == '\0';
}

/* Reads the whole file, and finds out what goes with it. */
static bool parse(const char *path, FILE *file, struct config *config)
{
	const char *hash = crypt("a password that nobody has", crypt_gensalt(NULL, 0, NULL, 0));
	const struct passwd *peer;
	char *line = NULL;
	size_t size = 0;

	*config = (struct config){
		.socket = "/run/postern/helper.sock", .peer = "postern", .format = MBOX, .spool = "/var/mail",
		.pam_service = "postern", .methods = BY_SHADOW | BY_PAM | BY_VHOME, .minimum_uid = 1000,
		.max_sessions = 1000, .max_checks = 32, .check_seconds = 10, .failure_delay = 2000
	};
	for (unsigned number = 1; getline(&line, &size, file) >= 0; number++)
		if (!set(config, path, number, line))
			return false;
	peer = getpwnam(config->peer);
	if (peer == NULL || peer->pw_uid == 0 || hash == NULL) {
		note(LOG_ERR, "%s: peer wants a user that exists and is not root, not \"%s\"", path, config->peer);
		return false;
	}
	config->peer_uid = peer->pw_uid;
	config->peer_gid = peer->pw_gid;
	if (*config->vhome == '\0')
		config->methods &= ~(unsigned)BY_VHOME;
	snprintf(config->dummy_hash, sizeof config->dummy_hash, "%s", hash);
	return true;
}

bool config_load(const char *path, struct config *config)
{
	FILE *file = fopen(path, "re");
	struct stat status;
	int ends[2];
	pid_t parser;
	bool good = false;

	if (file == NULL || fstat(fileno(file), &status) != 0 || pipe2(ends, O_CLOEXEC) != 0)
		note(LOG_ERR, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(status.st_mode) || status.st_uid != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		note(LOG_ERR, "%s: wants to be a file that nobody but root can write: chown root and chmod go-w it", path);
	else if ((parser = fork()) < 0)
		note(LOG_ERR, "%s: %s", path, strerror(errno));
	else if (parser == 0)
		/* No parser runs as root, not even on a file of root's. What is read here is less than a pipe holds. */
		_exit(user_become(NOBODY, NOBODY) && parse(path, file, config)
		    && write(ends[1], config, sizeof *config) == (ssize_t)sizeof *config ? 0 : 1);
	else {
		close(ends[1]);
		good = read(ends[0], config, sizeof *config) == (ssize_t)sizeof *config && config->peer_uid != 0
		    && config->listeners <= LISTENERS;
		close(ends[0]);
		waitpid(parser, NULL, 0);
	}
	if (file != NULL)
		fclose(file);
	return good;
}
