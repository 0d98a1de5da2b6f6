/* helper.conf: each key, both sides of each bound, and what is said about what is wrong. */
#include <crypt.h>

#define crypt test_crypt
#include "../config.c"
#undef crypt

#include <stdarg.h>
#include <sys/mman.h>

#include "check.h"

static char *noted;		/* shared with the processes that read */
static struct config *shared;
static struct config config;

/* As costly as the system's, but for one test. */
static bool real_hash;

char *test_crypt(const char *key, const char *setting)
{
	static char quick[] = "$quick";

	return real_hash ? crypt(key, setting) : quick;
}

void note(int priority, const char *format, ...)
{
	va_list arguments;

	(void)priority;
	va_start(arguments, format);
	vsnprintf(noted, 4096, format, arguments);
	va_end(arguments);
}

bool user_become(uid_t uid, gid_t gid)
{
	(void)uid, (void)gid;
	return true;
}

/* As the monitor does: each file by a process of its own. With a peer that every system has, unless a line names one. */
static bool reads(const char *lines)
{
	static char text[20000];
	bool peer = strncmp(lines, "peer", 4) == 0;
	int status = -1;

	snprintf(text, sizeof text, "%s\n%s", peer ? "" : "peer nobody", lines);
	*noted = '\0';
	fflush(NULL);
	if (fork() == 0) {
		FILE *file = fmemopen(text, strlen(text), "r");

		_exit(parse("F", file, shared) ? 0 : 1);
	}
	CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) <= 1);
	config = *shared;
	return status == 0;
}

/* Refused, with the place and the remedy. */
static bool refuses(const char *lines, const char *saying)
{
	bool good = !reads(lines) && strncmp(noted, "F", 1) == 0 && strstr(noted, saying) != NULL;

	if (!good)
		fprintf(stderr, "%s: said \"%s\"\n", lines, noted);
	return good;
}

static void test_defaults(void)
{
	real_hash = true;
	CHECK(reads(""));
	real_hash = false;
	CHECK(strcmp(config.socket, "/run/postern/helper.sock") == 0 && config.listeners == 0 && config.format == MBOX);
	CHECK(strcmp(config.spool, "/var/mail") == 0 && *config.below_home == '\0' && *config.vhome == '\0');
	CHECK(strcmp(config.pam_service, "postern") == 0 && config.methods == (BY_SHADOW | BY_PAM) && *config.deny == '\0');
	CHECK(config.minimum_uid == 1000 && config.max_sessions == 1000 && config.max_checks == 32);
	CHECK(config.check_seconds == 10 && config.failure_delay == 2000);
	CHECK(config.peer_uid == getpwnam("nobody")->pw_uid && config.peer_gid == getpwnam("nobody")->pw_gid);
	CHECK(*config.dummy_hash == '$' && strlen(config.dummy_hash) > 20);
}

static void test_lines(void)
{
	CHECK(reads("\n   \n# maxChecks 1\n\t# x\nmaxChecks 7 # seven\n  maxSessions\t9  \r\n"));
	CHECK(config.max_checks == 7 && config.max_sessions == 9);
	CHECK(reads("maxChecks 8"));		/* no line end */
	CHECK(config.max_checks == 8);
	CHECK(refuses("\n\nmaxcheck 8\n", "F line 4: \"maxcheck\" is not a key"));
	CHECK(refuses("maxchecks 8\n", "is not a key"));
	CHECK(refuses("maxChecksmaxChecksmaxChecksmaxChecksmaxChecks 8\n", "is not a key"));
	CHECK(refuses("max Checks 8\n", "\"max\" is not a key"));
	CHECK(refuses("tls starttls\n", "F line 2: \"tls\" is not a key: take it out"));
	CHECK(refuses("maxChecks\n", "F line 2: maxChecks wants a number from 4 to 1000, not \"\""));
	CHECK(refuses("maxChecks # 8\n", "maxChecks wants"));
}

static void test_numbers(void)
{
	static const struct { const char *key; unsigned least; unsigned long most; const unsigned *at; } numbers[] = {
		{ "minimumUid", 1, 4294967294ul, &config.minimum_uid }, { "maxSessions", 1, 20000, &config.max_sessions },
		{ "maxChecks", 4, 1000, &config.max_checks }, { "checkSeconds", 1, 60, &config.check_seconds },
		{ "failureDelay", 10, 10000, &config.failure_delay }
	};
	static const char *const wrong[] = { "-1", "+5", "5x", "x5", "5 6", "0x10", "5.", "99999999999999999999", "18446744073709551620" };
	char line[100];

	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		snprintf(line, sizeof line, "%s %u", numbers[i].key, numbers[i].least);
		CHECK_CASE(reads(line) && *numbers[i].at == numbers[i].least, "%s", line);
		snprintf(line, sizeof line, "%s %lu", numbers[i].key, numbers[i].most);
		CHECK_CASE(reads(line) && *numbers[i].at == numbers[i].most, "%s", line);
		snprintf(line, sizeof line, "%s %u", numbers[i].key, numbers[i].least - 1);
		CHECK_CASE(refuses(line, "F line 2"), "%s", line);
		snprintf(line, sizeof line, "%s %lu", numbers[i].key, numbers[i].most + 1);
		CHECK_CASE(refuses(line, "F line 2"), "%s", line);
		for (unsigned j = 0; j < sizeof wrong / sizeof *wrong; j++) {
			snprintf(line, sizeof line, "%s %s", numbers[i].key, wrong[j]);
			CHECK_CASE(refuses(line, numbers[i].key), "%s", line);
		}
	}
}

/* A path or text of `length` octets after the key. */
static const char *long_line(const char *key, size_t length)
{
	static char line[4096];
	size_t at = (size_t)snprintf(line, sizeof line, "%s /", key);

	memset(line + at, 'x', length - 1);
	line[at + length - 1] = '\0';
	return line;
}

static void test_texts(void)
{
	CHECK(reads(long_line("socket", 107)) && strlen(config.socket) == 107);
	CHECK(refuses(long_line("socket", 108), "socket wants an absolute path"));
	CHECK(refuses("socket helper.sock", "socket wants") && refuses("socket", "socket wants"));
	CHECK(reads(long_line("vhome", 1023)) && strlen(config.vhome) == 1023 && config.methods == 7);
	CHECK(refuses(long_line("vhome", 1024), "vhome wants") && refuses("vhome v", "vhome wants"));
	/* Nothing is cut off in silence: these users would not be denied. */
	CHECK(reads(long_line("deny", 1023)) && strlen(config.deny) == 1023);
	CHECK(refuses(long_line("deny", 1024), "deny wants") && refuses("deny", "deny wants"));
	CHECK(reads("pamService pop3") && strcmp(config.pam_service, "pop3") == 0);
	CHECK(refuses(long_line("pamService", 64), "pamService wants"));
	CHECK(refuses("peer no-such-user-here", "peer wants a user that exists"));
	CHECK(refuses(long_line("peer", 64), "peer wants the name"));
	CHECK(refuses("peer root", "is not root"));
}

/* A second one would take the first one's place: of two lists of denied users, half would not be denied. */
static void test_keys_come_once(void)
{
	CHECK(refuses("deny alice\ndeny bob\n", "deny"));
	CHECK(refuses("maxChecks 8\nmaxChecks 8\n", "maxChecks"));
	CHECK(reads("listen 127.0.0.1 110\nlisten 127.0.0.1 995\n") && config.listeners == 2);
}

static void test_mail(void)
{
	CHECK(reads("mail spool /var/spool/m x") && config.format == MBOX && strcmp(config.spool, "/var/spool/m x") == 0);
	CHECK(reads("mail home mbox") && config.format == MBOX && *config.spool == '\0' && strcmp(config.below_home, "mbox") == 0);
	CHECK(reads("mail maildir  Mail/in") && config.format == MAILDIR && *config.spool == '\0'
	    && strcmp(config.below_home, "Mail/in") == 0);
	static const char *const wrong[] = {
		"mail", "mail spool", "mail spool mail", "mail home", "mail home /mbox", "mail maildir", "mail maildir /m", "mail mbox m",
		"mail h mbox", "mail spoolx /m", "mail home ../x", "mail maildir a/../b", "mail maildir ..",
		"mail maildir Maildir/", "mail home mail/", "mail home a//b"
	};
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK_CASE(refuses(wrong[i], "mail wants spool /DIRECTORY"), "%s", wrong[i]);
}

static void test_methods(void)
{
	CHECK(reads("vhome /v\nmethods vhome") && config.methods == BY_VHOME);
	CHECK(reads("vhome /v\nmethods shadow, pam,vhome") && config.methods == (BY_SHADOW | BY_PAM | BY_VHOME));
	CHECK(reads("methods pam pam") && config.methods == BY_PAM);
	CHECK(refuses("methods", "methods wants") && refuses("methods ,", "methods wants") && refuses("methods shadow ldap", "methods wants")
	    && refuses("methods shadowx", "methods wants") && refuses("methods shadow/pam", "methods wants"));
}

static void test_listen(void)
{
	static const char *const wrong[] = {
		"listen", "listen 110", "listen 127.0.0.1", "listen 127.0.0.1 0", "listen 127.0.0.1 65536", "listen 127.0.0.1:-1",
		"listen 127.0.0.1 110x", "listen 127.0.0.1:1100000", "listen 127.0.0.1:4294967406", "listen 127.0.0.1 110 995",
		"listen localhost 110", "listen ::1", "listen [::1] 110 x", "listen 127.0.0.1 pop3", "listen 300.0.0.1 110", "listen : 110",
		"listen 127.0.0.1:+110", "listen [::1:110"
	};
	char lines[1000] = "";

	CHECK(reads("listen 127.0.0.1 110") && config.listeners == 1 && config.listen[0].ip4.sin_family == AF_INET
	    && config.listen[0].ip4.sin_port == htons(110) && config.listen[0].ip4.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
	CHECK(reads("listen 0.0.0.0:65535") && config.listen[0].ip4.sin_port == htons(65535) && config.listen[0].ip4.sin_addr.s_addr == 0);
	CHECK(reads("listen [::1]:1") && config.listen[0].ip6.sin6_family == AF_INET6 && config.listen[0].ip6.sin6_port == htons(1)
	    && memcmp(&config.listen[0].ip6.sin6_addr, &in6addr_loopback, 16) == 0);
	CHECK(reads("listen ::  995") && config.listen[0].ip6.sin6_family == AF_INET6 && config.listen[0].ip6.sin6_port == htons(995));
	for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK_CASE(refuses(wrong[i], "listen wants ADDRESS PORT"), "%s", wrong[i]);
	for (unsigned i = 0; i < 16; i++)
		strcat(lines, "listen 127.0.0.1 110\n");
	CHECK(reads(lines) && config.listeners == 16);
	strcat(lines, "listen 127.0.0.1 110\n");
	CHECK(refuses(lines, "F line 18: listen wants"));
}

static void test_words(void)
{
	const char *list = " ,a,, bc\td ";
	char word[3];

	CHECK(config_word(&list, word, sizeof word) && strcmp(word, "a") == 0);
	CHECK(config_word(&list, word, sizeof word) && strcmp(word, "bc") == 0);
	CHECK(config_word(&list, word, sizeof word) && strcmp(word, "d") == 0);
	CHECK(!config_word(&list, word, sizeof word) && *list == '\0');
	list = "abcdef g";	/* too long for the place: cut, and the next one is the next */
	CHECK(config_word(&list, word, sizeof word) && strcmp(word, "ab") == 0);
	CHECK(config_word(&list, word, sizeof word) && strcmp(word, "g") == 0);
}

static void test_what_goes_through_the_pipe(void)
{
	CHECK(sizeof(struct config) <= 65536);	/* what a pipe holds: nobody reads while it is written */
}

int main(void)
{
	noted = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	test_defaults();
	test_lines();
	test_numbers();
	test_texts();
	test_keys_come_once();
	test_mail();
	test_methods();
	test_listen();
	test_words();
	test_what_goes_through_the_pipe();
	return checks_end("config");
}
