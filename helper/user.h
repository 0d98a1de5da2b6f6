/* Giving up root, for good. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

/*
 * Becomes the user: no supplementary groups, all three gids, all three uids, unable to gain anything by exec, not to
 * be traced or dumped. Then it tries to come back, and the result is false if that, or anything else, was wrong: the
 * caller must end.
 */
bool user_become(uid_t, gid_t);
