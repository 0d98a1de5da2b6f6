/* See user.h. Begins as root, and ends without it. */
#include "user.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static bool has_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct set[2] = { { 0 } };

	return syscall(SYS_capget, &header, set) != 0
	    || (set[0].permitted | set[0].effective | set[0].inheritable
	    | set[1].permitted | set[1].effective | set[1].inheritable) != 0;
}

bool user_become(uid_t uid, gid_t gid)
{
	return uid != 0 && setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0
	    && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
	    /* There must be no way back. */
	    && setuid(0) != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) != 0 && (gid == 0 || setgid(0) != 0)
	    && getuid() == uid && geteuid() == uid && getgid() == gid && getegid() == gid && getgroups(0, NULL) == 0
	    && !has_capabilities();
}
