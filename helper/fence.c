/* See fence.h. Never runs as root. */
#include "fence.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights that are newer than Debian 12's header, from the kernel's include/uapi/linux/landlock.h. */
#define FS_TRUNCATE (1ULL << 14)	/* version 3 */
#define FS_IOCTL_DEV (1ULL << 15)	/* version 5 */
#define FS_FIRST (LANDLOCK_ACCESS_FS_REFER - 1)	/* all of version 1 */

struct ruleset {
	__u64 files, network, scope;
};

bool fence_limits(void)
{
	struct rlimit none = { 0, 0 };

	return setrlimit(RLIMIT_CORE, &none) == 0 && setrlimit(RLIMIT_NPROC, &none) == 0
	    && setrlimit(RLIMIT_FSIZE, &none) == 0;
}

bool fence_files(int place, bool is_directory, enum format format)
{
	long ruleset, version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset handled = {
		.files = FS_FIRST | LANDLOCK_ACCESS_FS_REFER | (version >= 3 ? FS_TRUNCATE : 0) | (version >= 5 ? FS_IOCTL_DEV : 0),
		.network = 3 /* version 4: bind and connect over TCP */, .scope = 3 /* version 6: abstract sockets, signals */
	};
	/* An older kernel knows the beginning of it. */
	size_t size = version < 4 ? 8 : version < 6 ? 16 : sizeof handled;
	struct landlock_path_beneath_attr rule = { .parent_fd = place };
	bool done;

	/* Version 1 forbids every rename from one directory into another: a Maildir could not be served. */
	if (version < 2)
		return version > 0 || errno == ENOSYS || errno == EOPNOTSUPP;
	/* Truncating is checked when a file is opened, and done by the JVM. */
	rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE;
	if (is_directory)
		rule.allowed_access |= LANDLOCK_ACCESS_FS_MAKE_REG;
	if (is_directory && format == MAILDIR)
		rule.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
		    | LANDLOCK_ACCESS_FS_REFER;
	rule.allowed_access &= handled.files;
	ruleset = syscall(SYS_landlock_create_ruleset, &handled, size, 0);
	done = ruleset >= 0 && (place < 0 || syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0)
	    && syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
	close((int)ruleset);
	return done;
}

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64	/* on any other the first call ends the agent */
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(what) BPF_STMT(BPF_RET | BPF_K, (what))
#define ALLOW(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_##call, 0, 1), RETURN(SECCOMP_RET_ALLOW)

bool fence_calls(void)
{
	struct sock_filter filter[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		ALLOW(recvmsg), ALLOW(sendmsg), ALLOW(close), ALLOW(fstat), ALLOW(newfstatat), ALLOW(getdents64),
		ALLOW(lseek), ALLOW(renameat2), ALLOW(unlinkat), ALLOW(fsync), ALLOW(exit_group), ALLOW(rt_sigreturn),
		ALLOW(restart_syscall), ALLOW(setitimer),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		/* Of the directory only the sign matters (AT_FDCWD is negative); of the flags the lower half. */
		LOAD(args[0]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x80000000u, 0, 1),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		LOAD(args[2]),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, O_NOFOLLOW, 1, 0),
		RETURN(SECCOMP_RET_KILL_PROCESS),
		RETURN(SECCOMP_RET_ALLOW)
	};
	struct sock_fprog program = { sizeof filter / sizeof *filter, filter };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}
