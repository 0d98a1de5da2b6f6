/* A PAM module that behaves as its argument says: badly. It knows one password, "right". */
#include <fcntl.h>
#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int pam_sm_authenticate(pam_handle_t *pam, int flags, int argc, const char **argv)
{
	const char *how = argc > 0 ? argv[0] : "", *what = argc > 1 ? argv[1] : "", *secret = NULL;

	(void)flags;
	if (strcmp(how, "abort") == 0)
		abort();
	if (strcmp(how, "exit") == 0)
		exit(0);
	if (strcmp(how, "quick-exit") == 0)
		_exit(0);
	if (strcmp(how, "segv") == 0)
		raise(SIGSEGV);
	if (strcmp(how, "print") == 0)
		for (int i = 0; i < 20000; i++) {
			printf("postern-module-prints this line to stdout %d\n", i);
			fprintf(stderr, "postern-module-prints this line to stderr %d\n", i);
		}
	if (strcmp(how, "read") == 0)
		while (getchar() != EOF)
			continue;
	if (strcmp(how, "close") == 0)
		for (int i = 0; i < 1024; i++)
			close(i);
	if (strcmp(how, "junk") == 0)	/* guesses where its checker's words go */
		for (int i = 3; i < 64; i++) {
			char junk[4096];

			memset(junk, 0, sizeof junk);
			fcntl(i, F_SETFL, O_NONBLOCK);
			if (write(i, junk, sizeof junk) < 0)
				continue;
		}
	if (strcmp(how, "slow") == 0)
		usleep((useconds_t)atoi(what) * 1000);
	if (strcmp(how, "hang") == 0)
		for (;;)
			pause();
	if (strcmp(how, "hang-deaf") == 0) {
		/* As modules do that become the user for a while: that cancels the wish to die with the parent. */
		if (seteuid(65534) != 0 || seteuid(0) != 0)
			return PAM_SYSTEM_ERR;
		signal(SIGTERM, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		for (;;)
			pause();
	}
	if (strcmp(how, "user") == 0)
		pam_set_item(pam, PAM_USER, what);
	if (strcmp(how, "run") == 0) {
		pid_t pid = fork();

		if (pid == 0) {
			char command[512];

			snprintf(command, sizeof command, "ls -l /proc/self/fd > %s", what);
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
	}
	if (pam_get_authtok(pam, PAM_AUTHTOK, &secret, NULL) != PAM_SUCCESS || secret == NULL)
		return PAM_AUTH_ERR;
	return strcmp(secret, "right") == 0 ? PAM_SUCCESS : PAM_AUTH_ERR;
}

int pam_sm_setcred(pam_handle_t *pam, int flags, int argc, const char **argv)
{
	(void)pam, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}

int pam_sm_acct_mgmt(pam_handle_t *pam, int flags, int argc, const char **argv)
{
	(void)pam, (void)flags, (void)argc, (void)argv;
	return PAM_SUCCESS;
}
