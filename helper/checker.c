/* See checker.h. Runs as root, without the client's connection, and only ever for one password. */
#include "checker.h"

#include <arpa/inet.h>
#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <security/pam_appl.h>
#include <shadow.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

enum { AUTH_LINE = 255 };	/* popa3d's VIRTUAL_AUTH_SIZE */

struct request {
	const struct config *config;
	enum method method;
	char name[NAME_SIZE + 1], secret[SECRET_SIZE + 1], source[INET6_ADDRSTRLEN], local[INET6_ADDRSTRLEN];
	bool fit;	/* the secret is one: not empty, no NUL, not longer than any backend takes */
};

static bool known;	/* whether there is such a user, for the log alone */
static struct outcome outcome = { .verdict = UNAVAILABLE };

/* Every name runs a hash, so that having none takes as long. A locked, empty or missing hash fits nothing. */
static bool hash_fits(const struct request *request, const char *hash)
{
	bool real = hash != NULL && *hash != '\0' && *hash != '*' && *hash != '!';
	const char *setting = real ? hash : request->config->dummy_hash, *made = crypt(request->secret, setting);

	return made != NULL && *made != '*' && strcmp(made, setting) == 0 && real && request->fit;
}

static enum verdict by_shadow(const struct request *request)
{
	struct spwd *entry = getspnam(request->name);
	long today = time(NULL) / 86400;

	if (!hash_fits(request, entry == NULL ? NULL : entry->sp_pwdp))
		return DECLINED;
	/* shadow(5): expired; to be changed at the next login; too old, and the grace over. */
	return (entry->sp_expire >= 0 && today >= entry->sp_expire) || entry->sp_lstchg == 0
	    || (entry->sp_lstchg > 0 && entry->sp_max >= 0 && entry->sp_inact >= 0
	    && today > entry->sp_lstchg + entry->sp_max + entry->sp_inact) ? DECLINED : ACCEPTED;
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses, void *data)
{
	const struct request *request = data;
	struct pam_response *answers;

	if (count <= 0 || count > PAM_MAX_NUM_MSG || (answers = calloc((size_t)count, sizeof *answers)) == NULL)
		return PAM_CONV_ERR;
	for (int i = 0; i < count; i++) {
		int style = messages[i]->msg_style;

		answers[i].resp = style == PAM_PROMPT_ECHO_OFF ? strdup(request->secret)
		    : style == PAM_PROMPT_ECHO_ON ? strdup(request->name) : NULL;
	}
	*responses = answers;
	return PAM_SUCCESS;
}

/* PAM would sleep after a failure; the session does that, and for the same time whatever failed. */
static void no_delay(int status, unsigned microseconds, void *data)
{
	(void)status, (void)microseconds, (void)data;
}

void checker_preload(const struct config *config)
{
	static const struct pam_conv nobody;
	struct stat threads;
	pam_handle_t *pam;
	int status = 1;
	pid_t trial = (config->methods & BY_PAM) != 0 ? fork() : -1;

	if (trial == 0) {
		sigprocmask(SIG_SETMASK, &(sigset_t){ 0 }, NULL);
		alarm(config->check_seconds);
		_exit(pam_start(config->pam_service, "nobody", &nobody, &pam) != PAM_SUCCESS
		    || stat("/proc/self/task", &threads) != 0 || threads.st_nlink != 3);	/* itself, its parent, one thread */
	}
	if (trial > 0 && waitpid(trial, &status, 0) == trial && status == 0)
		pam_start(config->pam_service, "nobody", &nobody, &pam);
}

/* Leaves the account's name, which a module may have changed, in `name`. */
static enum verdict by_pam(const struct request *request, char name[static NAME_SIZE + 1])
{
	struct pam_conv conversation = { converse, (void *)request };
	char file[sizeof request->config->pam_service + 16];
	const void *user = NULL;
	pam_handle_t *pam;
	int status;

	/* Without its file PAM would fall back to a policy that was made for something else. */
	snprintf(file, sizeof file, "/etc/pam.d/%s", request->config->pam_service);
	if (access(file, R_OK) != 0) {
		note(LOG_CRIT, "Server failure: PAM: %s: %s", file, strerror(errno));
		return UNAVAILABLE;
	}
	status = pam_start(request->config->pam_service, request->name, &conversation, &pam);
	if (status == PAM_SUCCESS) {
		pam_set_item(pam, PAM_RHOST, request->source);
		pam_set_item(pam, PAM_FAIL_DELAY, (const void *)no_delay);
		if ((status = pam_authenticate(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK)) == PAM_SUCCESS
		    && (status = pam_acct_mgmt(pam, PAM_SILENT | PAM_DISALLOW_NULL_AUTHTOK)) == PAM_SUCCESS
		    && (status = pam_get_item(pam, PAM_USER, &user)) == PAM_SUCCESS
		    && snprintf(name, NAME_SIZE + 1, "%s", user == NULL ? "" : (const char *)user) > NAME_SIZE)
			status = PAM_SYSTEM_ERR;
		pam_end(pam, status);
	}
	switch (status) {
	case PAM_SUCCESS:
		return request->fit ? ACCEPTED : DECLINED;
	case PAM_OPEN_ERR: case PAM_SYMBOL_ERR: case PAM_SERVICE_ERR: case PAM_SYSTEM_ERR: case PAM_BUF_ERR:
	case PAM_AUTHINFO_UNAVAIL: case PAM_ABORT: case PAM_MODULE_UNKNOWN: case PAM_CONV_ERR:
		note(LOG_CRIT, "Server failure: PAM: %s", pam_strerror(NULL, status));
		return UNAVAILABLE;
	default:
		return DECLINED;
	}
}

/* popa3d's rule for names in a virtual host's directories: they become file names. */
static bool names_file(const char *name)
{
	for (const char *c = name; *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7E || *c == '.' || *c == '/')
			return false;
	return *name != '\0';
}

/* Leaves the template user's name in `name`. */
static enum verdict by_vhome(const struct request *request, char name[static NAME_SIZE + 1])
{
	char path[PATH_SIZE], line[AUTH_LINE + 2] = "";
	char *hash = NULL, *end = NULL;
	struct stat status;
	int file = -1;
	ssize_t length = 0;

	if (names_file(request->name) && snprintf(path, sizeof path, "%s/%s/auth/%s", request->config->vhome,
	    request->local, request->name) < (int)sizeof path)
		file = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode))
		length = read(file, line, sizeof line - 1);
	/* template:hash:anything, on one line; a longer one is none. */
	if (length > 0 && length <= AUTH_LINE && (hash = strchr(line, ':')) != NULL
	    && (end = strchr(hash + 1, ':')) != NULL) {
		*hash++ = *end = '\0';
		known = true;
	}
	if (!hash_fits(request, end == NULL ? NULL : hash))
		return DECLINED;
	strcpy(name, line);
	return ACCEPTED;
}

/* Whether helper.conf lets this user's mail be read at all. */
static bool permitted(const struct config *config, const struct passwd *user)
{
	const char *list = config->deny;
	char word[NAME_SIZE + 1];

	if (user->pw_uid == 0 || user->pw_uid < config->minimum_uid)
		return false;
	while (config_word(&list, word, sizeof word))
		if (strcmp(word, user->pw_name) == 0)
			return false;
	return *user->pw_name != '\0' && *user->pw_name != '.' && strchr(user->pw_name, '/') == NULL
	    && strlen(user->pw_name) <= NAME_SIZE;
}

/* Where the mail is: of one look at the passwd entry, and for a virtual host of names that have been checked. */
static bool locate(const struct request *request, const struct passwd *user)
{
	const struct config *config = request->config;
	int base, path;

	outcome.uid = user->pw_uid;
	outcome.gid = user->pw_gid;
	outcome.format = config->format;
	outcome.only = request->method == BY_VHOME;
	if (outcome.only) {
		base = snprintf(outcome.base, PATH_SIZE, "%s/%s/mail", config->vhome, request->local);
		path = snprintf(outcome.path, PATH_SIZE, "%s", request->name);
	} else {
		base = snprintf(outcome.base, PATH_SIZE, "%s", *config->spool != '\0' ? config->spool : user->pw_dir);
		path = snprintf(outcome.path, PATH_SIZE, "%s", *config->spool != '\0' ? user->pw_name : config->below_home);
	}
	return base < PATH_SIZE && path < PATH_SIZE && *outcome.base == '/';
}

/* An address of ours that is a virtual host's belongs to its users alone; -1 if that cannot be found out. */
static int is_virtual_host(const struct request *request)
{
	char path[PATH_SIZE];
	struct stat status;

	if (*request->config->vhome == '\0')
		return 0;
	if (snprintf(path, sizeof path, "%s/%s", request->config->vhome, request->local) >= (int)sizeof path)
		return -1;
	return lstat(path, &status) == 0 ? 1 : errno == ENOENT ? 0 : -1;
}

static void check(const struct request *request)
{
	char name[NAME_SIZE + 1];
	const struct passwd *user;
	int host = is_virtual_host(request), length = 0;

	if (host < 0 || (request->config->methods & request->method) == 0) {
		note(LOG_CRIT, "Server failure: %s", host < 0 ? "cannot look at vhome" : "helper.conf does not allow this method");
		return;
	}
	strcpy(name, request->name);
	if (host != (request->method == BY_VHOME)) {
		hash_fits(request, NULL);
		outcome.verdict = DECLINED;
		return;
	}
	outcome.verdict = request->method == BY_SHADOW ? by_shadow(request)
	    : request->method == BY_PAM ? by_pam(request, name) : by_vhome(request, name);
	if (outcome.verdict == UNAVAILABLE)
		return;
	user = getpwnam(name);
	if (request->method == BY_VHOME)
		length = snprintf(outcome.account, sizeof outcome.account, "%s@%s", request->name, request->local);
	else if ((known = user != NULL))
		length = snprintf(outcome.account, sizeof outcome.account, "%s", user->pw_name);
	if (user == NULL || length >= (int)sizeof outcome.account || !permitted(request->config, user)
	    || !locate(request, user))
		outcome.verdict = DECLINED;
}

/* popa3d's lines. A name that nobody has is not logged: people type passwords there. */
static void log_outcome(const struct request *request)
{
	bool named = known && *outcome.account != '\0', host = !named && request->method == BY_VHOME;

	note(LOG_INFO, "Session from %s", request->source);
	if (outcome.verdict == ACCEPTED)
		note(LOG_INFO, "Authentication passed for %s", outcome.account);
	else if (outcome.verdict == DECLINED)
		note(LOG_NOTICE, "Authentication failed for %s%s%s", named ? outcome.account : "UNKNOWN USER",
		    host ? "@" : "", host ? request->local : "");
}

void checker_run(const struct config *config, const struct limits *limits, const struct message *login, int result)
{
	struct request request = { .config = config };
	const struct item *secret = &login->items[2];

	/* What a module prints is nobody's. The session ends a check in time; if it is gone, the alarm does. */
	log_aside(true);
	alarm(QUEUE_SECONDS + 1);
	signal(SIGPIPE, SIG_IGN);
	umask(077);
	request.method = login->items[0].octets[0] <= 3 ? 1u << login->items[0].octets[0] >> 1 : 0;
	snprintf(request.name, sizeof request.name, "%.*s", login->items[1].length, (const char *)login->items[1].octets);
	snprintf(request.secret, sizeof request.secret, "%.*s", secret->length, (const char *)secret->octets);
	/* What no backend could take is checked like a wrong password: PAM and crypt(3) take 511 octets. */
	request.fit = secret->length > 0 && secret->length < CRYPT_MAX_PASSPHRASE_SIZE
	    && strlen(request.secret) == secret->length;
	if (!request.fit)
		strcpy(request.secret, "unfit");
	inet_ntop(login->items[3].length == 4 ? AF_INET : AF_INET6, login->items[3].octets, request.source, INET6_ADDRSTRLEN);
	inet_ntop(login->items[4].length == 4 ? AF_INET : AF_INET6, login->items[4].octets, request.local, INET6_ADDRSTRLEN);
	long let_in = limits_enter(limits, config, request.name);
	alarm(config->check_seconds + 1);
	if (write(result, &let_in, sizeof let_in) != sizeof let_in)
		_exit(1);
	check(&request);
	if (outcome.verdict == DECLINED)
		limits_count(limits, config, request.name);
	log_outcome(&request);
	explicit_bzero(request.secret, sizeof request.secret);
	_exit(write(result, &outcome, sizeof outcome) == (ssize_t)sizeof outcome ? 0 : 1);
}
