/*
 * The checker's decisions, with users, hashes, PAM and the day of the test's own. Real users, real stacks and the real
 * files are in root/.
 */
#include <security/pam_appl.h>
#include <sys/types.h>
#include <time.h>

static time_t test_time(time_t *);
#define getspnam test_getspnam
#define getpwnam test_getpwnam
#define time test_time
#include "../checker.c"
#undef time

#include <stdarg.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "check.h"

#define HASH "$6$rounds=1000$saltsalt$" /* of "right" */
static char right_hash[200];
static char noted[8192];
static long today = 20000;
static struct spwd shadow;
static struct passwd passwd;
static bool in_shadow, in_passwd;
static const char *asked_passwd;

void note(int priority, const char *format, ...)
{
	size_t at = strlen(noted);
	va_list arguments;

	va_start(arguments, format);
	at += (size_t)snprintf(noted + at, sizeof noted - at, "<%d>", priority);
	vsnprintf(noted + at, sizeof noted - at, format, arguments);
	va_end(arguments);
}

void log_aside(bool keep)
{
	CHECK(keep);
}

static time_t test_time(time_t *unused)
{
	(void)unused;
	return today * 86400 + 86399;
}

struct spwd *test_getspnam(const char *name)
{
	return in_shadow && strcmp(name, "alice") == 0 ? &shadow : NULL;
}

struct passwd *test_getpwnam(const char *name)
{
	asked_passwd = name;
	return in_passwd && strcmp(name, passwd.pw_name) == 0 ? &passwd : NULL;
}

bool config_word(const char **list, char *word, size_t size)
{
	*list += strspn(*list, ", ");
	size_t length = strcspn(*list, ", ");
	snprintf(word, size, "%.*s", (int)length, *list);
	*list += length;
	return length > 0;
}

enum { LET_IN = 4711 };

long limits_enter(const struct limits *limits, const struct config *config, const char *name)
{
	(void)limits, (void)config, (void)name;
	return LET_IN;
}

static int *counted;	/* failures, of all processes */

void limits_count(const struct limits *limits, const struct config *config, const char *name)
{
	(void)limits, (void)config, (void)name;
	++*counted;
}

/* PAM as a script. */
static int start_status, auth_status, account_status, item_status, authenticated, accounts, ended;
static const char *pam_user;
static const struct pam_conv *conversation;
static char answers[600];

int pam_start(const char *service, const char *user, const struct pam_conv *conv, pam_handle_t **pam)
{
	CHECK(*service != '\0' && *user != '\0');
	conversation = conv;
	*pam = (pam_handle_t *)answers;	/* nobody looks into it */
	return start_status;
}

int pam_set_item(pam_handle_t *pam, int type, const void *item)
{
	(void)pam;
	CHECK(item != NULL);
	if (type == PAM_FAIL_DELAY) {
		void (*delay)(int, unsigned, void *);

		memcpy(&delay, &item, sizeof delay);
		delay(PAM_AUTH_ERR, 2000000, NULL);
	}
	return PAM_SUCCESS;
}

int pam_authenticate(pam_handle_t *pam, int flags)
{
	const struct pam_message messages[] = { { PAM_PROMPT_ECHO_OFF, "Password:" }, { PAM_PROMPT_ECHO_ON, "Name:" }, { PAM_TEXT_INFO, "Hi" },
		{ PAM_ERROR_MSG, "!" } };
	const struct pam_message *pointers[] = { &messages[0], &messages[1], &messages[2], &messages[3] };
	struct pam_response *responses = NULL;

	(void)pam;
	CHECK((flags & PAM_DISALLOW_NULL_AUTHTOK) != 0);
	authenticated++;
	CHECK(conversation->conv(4, pointers, &responses, conversation->appdata_ptr) == PAM_SUCCESS);
	snprintf(answers, sizeof answers, "%s,%s", responses[0].resp, responses[1].resp);
	CHECK(responses[2].resp == NULL && responses[3].resp == NULL);
	for (unsigned i = 0; i < 4; i++)
		free(responses[i].resp);
	free(responses);
	CHECK(conversation->conv(0, pointers, &responses, conversation->appdata_ptr) == PAM_CONV_ERR);
	CHECK(conversation->conv(-1, pointers, &responses, conversation->appdata_ptr) == PAM_CONV_ERR);
	CHECK(conversation->conv(PAM_MAX_NUM_MSG + 1, pointers, &responses, conversation->appdata_ptr) == PAM_CONV_ERR);
	return auth_status;
}

int pam_acct_mgmt(pam_handle_t *pam, int flags)
{
	(void)pam, (void)flags;
	accounts++;
	return account_status;
}

int pam_get_item(const pam_handle_t *pam, int type, const void **item)
{
	(void)pam;
	CHECK(type == PAM_USER);
	*item = pam_user;
	return item_status;
}

int pam_end(pam_handle_t *pam, int status)
{
	(void)pam, (void)status;
	ended++;
	return PAM_SUCCESS;
}

const char *pam_strerror(pam_handle_t *pam, int status)
{
	(void)pam, (void)status;
	return "an error";
}

static struct config config;
static struct request request;

/* Everything as for alice, who may log in. */
static void set_up(enum method method)
{
	config = (struct config){ .methods = BY_SHADOW | BY_PAM | BY_VHOME, .minimum_uid = 1000, .spool = "/var/mail", .format = MBOX,
		.pam_service = "login", .dummy_hash = HASH "dummydummy" };
	strcpy(config.dummy_hash, crypt("nobody has this", HASH));
	request = (struct request){ .config = &config, .method = method, .name = "alice", .secret = "right", .source = "198.51.100.7",
		.local = "192.0.2.1", .fit = true };
	shadow = (struct spwd){ .sp_namp = "alice", .sp_pwdp = right_hash, .sp_lstchg = 19000, .sp_min = 0, .sp_max = 99999, .sp_warn = 7,
		.sp_inact = -1, .sp_expire = -1 };
	passwd = (struct passwd){ .pw_name = "alice", .pw_uid = 1001, .pw_gid = 1001, .pw_dir = "/home/alice" };
	in_shadow = in_passwd = true;
	known = false;
	outcome = (struct outcome){ .verdict = UNAVAILABLE };
	start_status = auth_status = account_status = item_status = PAM_SUCCESS;
	authenticated = accounts = ended = 0;
	pam_user = "alice";
	today = 20000;
	*noted = '\0';
}

static enum verdict verdict(void)
{
	check(&request);
	return outcome.verdict;
}

static void test_right_and_wrong(void)
{
	set_up(BY_SHADOW);
	CHECK(verdict() == ACCEPTED && outcome.uid == 1001 && outcome.gid == 1001 && outcome.format == MBOX && !outcome.only);
	CHECK(strcmp(outcome.account, "alice") == 0 && strcmp(outcome.base, "/var/mail") == 0 && strcmp(outcome.path, "alice") == 0);
	set_up(BY_SHADOW);
	strcpy(request.secret, "wrong");
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	strcpy(request.secret, "right2");
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	request.fit = false;
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	in_shadow = false;
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	in_passwd = false;
	CHECK(verdict() == DECLINED);
	/* Even who guesses what the dummy is made of is nobody. */
	set_up(BY_SHADOW);
	in_shadow = false;
	strcpy(request.secret, "nobody has this");
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	shadow.sp_pwdp = "*";
	strcpy(request.secret, "nobody has this");
	CHECK(verdict() == DECLINED);
}

static void test_locked_hashes(void)
{
	static char locked[220];
	static const char *const hashes[] = { "", "!", "*", "!!", "!*", "*LK*", "x", "$", "$6$", "$6$saltsalt$", "$nothing$x$y", "abc" };

	for (unsigned i = 0; i < sizeof hashes / sizeof *hashes; i++)
		for (unsigned empty = 0; empty < 2; empty++) {
			set_up(BY_SHADOW);
			shadow.sp_pwdp = (char *)hashes[i];
			if (empty)
				*request.secret = '\0';
			CHECK_CASE(verdict() == DECLINED, "\"%s\"", hashes[i]);
		}
	snprintf(locked, sizeof locked, "!%s", right_hash);
	set_up(BY_SHADOW);
	shadow.sp_pwdp = locked;
	CHECK(verdict() == DECLINED);
	*locked = '*';
	set_up(BY_SHADOW);
	shadow.sp_pwdp = locked;
	CHECK(verdict() == DECLINED);
}

static void expiry(long change, long most, long inactive, long expire, enum verdict wanted)
{
	set_up(BY_SHADOW);
	shadow.sp_lstchg = change;
	shadow.sp_max = most;
	shadow.sp_inact = inactive;
	shadow.sp_expire = expire;
	CHECK_CASE(verdict() == wanted, "%ld %ld %ld %ld", change, most, inactive, expire);
	/* It does not tell who does not have the password. */
	outcome.verdict = UNAVAILABLE;
	strcpy(request.secret, "wrong");
	CHECK(verdict() == DECLINED);
}

/* shadow(5); today is day 20000. */
static void test_expiry(void)
{
	expiry(19000, 99999, -1, -1, ACCEPTED);
	expiry(19000, 99999, -1, 20001, ACCEPTED);
	expiry(19000, 99999, -1, 20000, DECLINED);
	expiry(19000, 99999, -1, 19999, DECLINED);
	expiry(19000, 99999, -1, 1, DECLINED);
	expiry(0, 99999, -1, -1, DECLINED);		/* to be changed now */
	expiry(1, -1, -1, -1, ACCEPTED);
	expiry(-1, 10, 0, -1, ACCEPTED);		/* no ageing at all */
	expiry(19990, 10, 0, -1, ACCEPTED);		/* its last day */
	expiry(19989, 10, 0, -1, DECLINED);
	expiry(19989, 10, 1, -1, ACCEPTED);		/* a day of grace */
	expiry(19988, 10, 1, -1, DECLINED);
	expiry(19988, 10, -1, -1, ACCEPTED);		/* grace without end */
	expiry(19988, -1, 1, -1, ACCEPTED);
}

static void test_policy(void)
{
	set_up(BY_SHADOW);
	passwd.pw_uid = 1000;
	CHECK(verdict() == ACCEPTED);
	set_up(BY_SHADOW);
	passwd.pw_uid = 999;
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	passwd.pw_uid = 0;
	config.minimum_uid = 0;
	CHECK(verdict() == DECLINED);
	static const struct { const char *deny; enum verdict verdict; } lists[] = {
		{ "alice", DECLINED }, { "bob,alice", DECLINED }, { "bob alice carol", DECLINED }, { "alic", ACCEPTED }, { "alicee malice", ACCEPTED },
		{ "", ACCEPTED }, { "Alice", ACCEPTED }
	};
	for (unsigned i = 0; i < sizeof lists / sizeof *lists; i++) {
		set_up(BY_SHADOW);
		strcpy(config.deny, lists[i].deny);
		CHECK_CASE(verdict() == lists[i].verdict, "%s", lists[i].deny);
	}
	/* A list longer than a name. */
	set_up(BY_SHADOW);
	memset(config.deny, 'x', 600);
	strcpy(config.deny + 600, " alice");
	CHECK(verdict() == DECLINED);
}

static void test_names_of_the_system(void)
{
	static const struct { const char *name; bool good; } names[] = {
		{ "alice", true }, { "", false }, { ".", false }, { "..", false }, { ".alice", false }, { "a/b", false }, { "/", false },
		{ "../root", false }, { "a.b", true }, { "a..", true }, { "-x", true }
	};
	static char long_name[300];

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		set_up(BY_SHADOW);
		passwd.pw_name = (char *)names[i].name;
		CHECK_CASE(permitted(&config, &passwd) == names[i].good, "\"%s\"", names[i].name);
	}
	set_up(BY_SHADOW);
	memset(long_name, 'n', 255);
	passwd.pw_name = long_name;
	CHECK(permitted(&config, &passwd));
	long_name[255] = 'n';
	CHECK(!permitted(&config, &passwd));
}

static void test_places_of_mail(void)
{
	set_up(BY_SHADOW);
	*config.spool = '\0';
	strcpy(config.below_home, "Maildir");
	config.format = MAILDIR;
	CHECK(verdict() == ACCEPTED && strcmp(outcome.base, "/home/alice") == 0 && strcmp(outcome.path, "Maildir") == 0
	    && outcome.format == MAILDIR);
	static const char *const homes[] = { "", "home", "./", "../etc" };
	for (unsigned i = 0; i < sizeof homes / sizeof *homes; i++) {
		set_up(BY_SHADOW);
		*config.spool = '\0';
		strcpy(config.below_home, "mbox");
		passwd.pw_dir = (char *)homes[i];
		CHECK_CASE(verdict() == DECLINED, "\"%s\"", homes[i]);
	}
	static char long_home[2000] = "/";
	memset(long_home + 1, 'h', 1023);
	set_up(BY_SHADOW);
	*config.spool = '\0';
	passwd.pw_dir = long_home;
	CHECK(verdict() == DECLINED);
}

static void test_methods_that_are_not_allowed(void)
{
	static const enum method methods[] = { BY_SHADOW, BY_PAM, BY_VHOME };

	for (unsigned i = 0; i < 3; i++) {
		set_up(methods[i]);
		config.methods &= ~(unsigned)methods[i];
		CHECK(verdict() == UNAVAILABLE && strstr(noted, "does not allow") != NULL);
	}
	/* A number that is no method. */
	for (unsigned method = 0; method < 256; method++) {
		set_up((enum method)method);
		if (method != BY_SHADOW && method != BY_PAM && method != BY_VHOME && (method & 7) == 0)
			CHECK_CASE(verdict() == UNAVAILABLE, "%u", method);
	}
}

static void test_pam(void)
{
	static const struct { int status; enum verdict verdict; } statuses[] = {
		{ PAM_SUCCESS, ACCEPTED }, { PAM_AUTH_ERR, DECLINED }, { PAM_USER_UNKNOWN, DECLINED }, { PAM_ACCT_EXPIRED, DECLINED },
		{ PAM_NEW_AUTHTOK_REQD, DECLINED }, { PAM_MAXTRIES, DECLINED }, { PAM_PERM_DENIED, DECLINED }, { PAM_CRED_INSUFFICIENT, DECLINED },
		{ PAM_AUTHINFO_UNAVAIL, UNAVAILABLE }, { PAM_SYSTEM_ERR, UNAVAILABLE }, { PAM_SERVICE_ERR, UNAVAILABLE },
		{ PAM_OPEN_ERR, UNAVAILABLE }, { PAM_SYMBOL_ERR, UNAVAILABLE }, { PAM_BUF_ERR, UNAVAILABLE }, { PAM_ABORT, UNAVAILABLE },
		{ PAM_MODULE_UNKNOWN, UNAVAILABLE }, { PAM_CONV_ERR, UNAVAILABLE }, { 9999, DECLINED }
	};

	for (unsigned i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		set_up(BY_PAM);
		auth_status = statuses[i].status;
		CHECK_CASE(verdict() == statuses[i].verdict, "%d", statuses[i].status);
		CHECK(ended == 1 && accounts == (auth_status == PAM_SUCCESS));
		CHECK(strcmp(answers, "right,alice") == 0);
		set_up(BY_PAM);
		account_status = statuses[i].status;
		CHECK_CASE(verdict() == statuses[i].verdict && authenticated == 1 && ended == 1, "account %d", statuses[i].status);
		set_up(BY_PAM);
		start_status = statuses[i].status;
		CHECK_CASE(verdict() == statuses[i].verdict, "start %d", statuses[i].status);
	}
	set_up(BY_PAM);
	request.fit = false;
	CHECK(verdict() == DECLINED);
	set_up(BY_PAM);
	strcpy(config.pam_service, "postern-no-such-service");
	CHECK(verdict() == UNAVAILABLE && authenticated == 0 && strstr(noted, "/etc/pam.d/postern-no-such-service") != NULL);
}

static void test_pam_changes_the_name(void)
{
	set_up(BY_PAM);
	strcpy(request.name, "ALICE@EXAMPLE");
	pam_user = "alice";
	CHECK(verdict() == ACCEPTED && strcmp(outcome.account, "alice") == 0);
	set_up(BY_PAM);
	pam_user = "root";
	CHECK(verdict() == DECLINED && strcmp(asked_passwd, "root") == 0);
	set_up(BY_PAM);
	pam_user = NULL;
	CHECK(verdict() != ACCEPTED);
	set_up(BY_PAM);
	pam_user = "";
	CHECK(verdict() != ACCEPTED);
	set_up(BY_PAM);
	item_status = PAM_BAD_ITEM;
	CHECK(verdict() != ACCEPTED);
}

static void test_names_of_files(void)
{
	for (unsigned c = 1; c < 256; c++) {
		char name[] = { 'a', (char)c, '\0' };

		CHECK_CASE(names_file(name) == (c >= 0x20 && c <= 0x7E && c != '.' && c != '/'), "%u", c);
	}
	CHECK(!names_file("") && !names_file("..") && !names_file("../alice") && names_file("a"));
}

static char top[] = "/tmp/postern-check.XXXXXX";

static void write_auth(const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof path, "%s/192.0.2.1/auth/alice", top);
	file = fopen(path, "w");
	CHECK(file != NULL);
	fputs(text, file);
	fclose(file);
}

static void set_up_vhome(void)
{
	set_up(BY_VHOME);
	snprintf(config.vhome, sizeof config.vhome, "%s", top);
	passwd.pw_name = "template";
	passwd.pw_uid = 2000;
	passwd.pw_gid = 2001;
	in_shadow = false;
}

static void test_vhome(void)
{
	char line[1000], path[200];

	CHECK(mkdtemp(top) != NULL);
	snprintf(path, sizeof path, "%s/192.0.2.1", top);
	mkdir(path, 0700);
	strcat(path, "/auth");
	mkdir(path, 0700);
	static const struct { const char *format; enum verdict verdict; } forms[] = {
		{ "template:%s:\n", ACCEPTED }, { "template:%s:", ACCEPTED }, { "template:%s::::\n", ACCEPTED }, { "template:%s:x\n\n", ACCEPTED },
		{ "template:%s\n", DECLINED }, { "template:%s", DECLINED }, { "template\n", DECLINED }, { "", DECLINED }, { "\n", DECLINED },
		{ ":%s:\n", DECLINED }, { "template:!%s:\n", DECLINED }, { "template:*%s:\n", DECLINED }, { "template::\n", DECLINED },
		{ "template:*:\n", DECLINED }, { " template:%s:\n", DECLINED }, { "\ntemplate:%s:\n", DECLINED }, { "root:%s:\n", DECLINED },
		{ "template:%s\n:x", DECLINED }, { "template: %s:\n", DECLINED }, { "#\ntemplate:%s:\n", DECLINED }
	};
	for (unsigned i = 0; i < sizeof forms / sizeof *forms; i++) {
		set_up_vhome();
		snprintf(line, sizeof line, forms[i].format, right_hash);
		write_auth(line);
		CHECK_CASE(verdict() == forms[i].verdict, "%s", forms[i].format);
		if (forms[i].verdict != ACCEPTED)
			continue;
		CHECK(outcome.only && outcome.uid == 2000 && outcome.gid == 2001 && strcmp(outcome.account, "alice@192.0.2.1") == 0);
		CHECK(strcmp(outcome.path, "alice") == 0 && strstr(outcome.base, "/192.0.2.1/mail") != NULL);
		outcome.verdict = UNAVAILABLE;
		strcpy(request.secret, "wrong");
		CHECK(verdict() == DECLINED);
	}
	/* 255 octets at most. */
	for (size_t length = 254; length <= 258; length++) {
		size_t at = (size_t)snprintf(line, sizeof line, "template:%s:", right_hash);

		memset(line + at, 'x', length - at);
		line[length] = '\0';
		set_up_vhome();
		write_auth(line);
		CHECK_CASE(verdict() == (length <= 255 ? ACCEPTED : DECLINED), "%zu octets", length);
	}
	/* A file that is none, and a link. */
	snprintf(line, sizeof line, "template:%s:\n", right_hash);
	write_auth(line);
	snprintf(path, sizeof path, "%s/192.0.2.1/auth/link", top);
	CHECK(symlink("alice", path) == 0);
	set_up_vhome();
	strcpy(request.name, "link");
	CHECK(verdict() == DECLINED);
	unlink(path);
	CHECK(mkfifo(path, 0600) == 0);
	set_up_vhome();
	strcpy(request.name, "link");
	CHECK(verdict() == DECLINED);
	unlink(path);
	CHECK(mkdir(path, 0700) == 0);
	set_up_vhome();
	strcpy(request.name, "link");
	CHECK(verdict() == DECLINED);
	rmdir(path);
	static const char *const names[] = { "../auth/alice", "./alice", "alice/", ".", "..", "ali\xE7" "e", "al\nice" };
	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		set_up_vhome();
		strcpy(request.name, names[i]);
		CHECK_CASE(verdict() == DECLINED, "%s", names[i]);
	}
}

/* An address that is a virtual host's knows no system users, and another knows no virtual ones. */
static void test_vhome_and_system_users_do_not_meet(void)
{
	char path[200];

	set_up(BY_SHADOW);
	snprintf(config.vhome, sizeof config.vhome, "%s", top);
	CHECK(verdict() == DECLINED);
	set_up(BY_PAM);
	snprintf(config.vhome, sizeof config.vhome, "%s", top);
	CHECK(verdict() == DECLINED && authenticated == 0);
	set_up_vhome();
	strcpy(request.local, "192.0.2.2");
	CHECK(verdict() == DECLINED);
	set_up(BY_SHADOW);
	snprintf(config.vhome, sizeof config.vhome, "%s", top);
	strcpy(request.local, "192.0.2.2");
	CHECK(verdict() == ACCEPTED);
	/* Whatever is there counts, and what cannot be looked at closes everything. */
	snprintf(path, sizeof path, "%s/192.0.2.3", top);
	CHECK(symlink("nowhere", path) == 0);
	set_up(BY_SHADOW);
	snprintf(config.vhome, sizeof config.vhome, "%s", top);
	strcpy(request.local, "192.0.2.3");
	CHECK(verdict() == DECLINED);
	unlink(path);
	set_up(BY_SHADOW);
	snprintf(config.vhome, sizeof config.vhome, "%s/192.0.2.1/auth/alice", top);
	CHECK(verdict() == UNAVAILABLE);
	set_up_vhome();
	passwd.pw_uid = 0;
	CHECK(verdict() == DECLINED);
	set_up_vhome();
	in_passwd = false;
	CHECK(verdict() == DECLINED);
	/* Name and address together are too long for an account. */
	set_up_vhome();
	memset(request.name, 'n', 255);
	CHECK(verdict() == DECLINED);
	snprintf(path, sizeof path, "rm -rf %s", top);
	CHECK(system(path) == 0);
}

static void test_log(void)
{
	set_up(BY_SHADOW);
	check(&request);
	log_outcome(&request);
	CHECK(strcmp(noted, "<6>Session from 198.51.100.7<6>Authentication passed for alice") == 0);
	set_up(BY_SHADOW);
	strcpy(request.secret, "wrong");
	check(&request);
	log_outcome(&request);
	CHECK(strstr(noted, "<5>Authentication failed for alice") != NULL && strstr(noted, "wrong") == NULL);
	set_up(BY_SHADOW);
	strcpy(request.name, "my password");
	check(&request);
	log_outcome(&request);
	CHECK(strstr(noted, "<5>Authentication failed for UNKNOWN USER") != NULL && strstr(noted, "my password") == NULL);
	set_up(BY_VHOME);
	strcpy(config.vhome, "/");
	strcpy(request.name, "my password");
	check(&request);
	log_outcome(&request);
	CHECK(strstr(noted, "UNKNOWN USER@192.0.2.1") != NULL && strstr(noted, "my password") == NULL);
}

/* The whole process: what it says over the pipe, and to whom its descriptors belong. */
static void run(const char *secret, size_t length, enum verdict wanted)
{
	const uint8_t method[] = { 1 }, source[] = { 198, 51, 100, 7 };
	struct message login = { LOGIN, 5, { { TAG_METHOD, 1, method }, { TAG_NAME, 5, (const uint8_t *)"aliceXX" },
		{ TAG_SECRET, (uint16_t)length, (const uint8_t *)secret }, { TAG_SOURCE, 4, source }, { TAG_LOCAL, 4, source } } };
	struct outcome said;
	struct limits limits = { 0 };
	char octet;
	long let_in;
	int ends[2], status;
	size_t got = 0;

	set_up(BY_SHADOW);
	*counted = 0;
	CHECK(pipe(ends) == 0);
	fflush(NULL);
	if (fork() == 0) {
		close(ends[0]);
		checker_run(&config, &limits, &login, ends[1]);
	}
	close(ends[1]);
	CHECK(read(ends[0], &let_in, sizeof let_in) == sizeof let_in && let_in == LET_IN);
	while (got < sizeof said) {
		ssize_t length_read = read(ends[0], (char *)&said + got, sizeof said - got);

		if (length_read <= 0)
			break;
		got += (size_t)length_read;
	}
	CHECK_CASE(got == sizeof said && said.verdict == wanted, "%zu octets, verdict %d", length, said.verdict);
	CHECK(read(ends[0], &octet, 1) == 0);
	CHECK(wait(&status) > 0 && status == 0);
	CHECK(*counted == (wanted == DECLINED));
	close(ends[0]);
}

static void test_run(void)
{
	char secret[1025];

	run("right", 5, ACCEPTED);
	run("wrong", 5, DECLINED);
	run("right\0", 6, DECLINED);
	run("right\0x", 7, DECLINED);
	run("", 0, DECLINED);
	memset(secret, 'x', sizeof secret);
	run(secret, 511, DECLINED);
	run(secret, 512, DECLINED);
	run(secret, 1024, DECLINED);
}

int main(void)
{
	counted = mmap(NULL, sizeof *counted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	strcpy(right_hash, crypt("right", HASH));
	test_right_and_wrong();
	test_locked_hashes();
	test_expiry();
	test_policy();
	test_names_of_the_system();
	test_places_of_mail();
	test_methods_that_are_not_allowed();
	test_pam();
	test_pam_changes_the_name();
	test_names_of_files();
	test_vhome();
	test_vhome_and_system_users_do_not_meet();
	test_log();
	test_run();
	return checks_end("checker");
}
