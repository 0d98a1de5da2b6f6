package org.postern.api.posix;

/**
 * What a process may do beyond its files: its user ids and its capability sets, as Linux keeps
 * them.
 *
 * @param realUser real uid
 * @param effectiveUser effective uid: who owns the files this process creates
 * @param savedUser saved set-user-id
 * @param fileSystemUser the uid that file access is checked with
 * @param inheritable CapInh as a bit mask
 * @param permitted CapPrm as a bit mask
 * @param effective CapEff as a bit mask
 * @param ambient CapAmb as a bit mask
 */
public record Privileges(
        long realUser,
        long effectiveUser,
        long savedUser,
        long fileSystemUser,
        long inheritable,
        long permitted,
        long effective,
        long ambient) {

    /** Whether invariant I1 holds: no uid is 0 and no capability can be used, now or after exec. */
    public boolean areNone() {
        return realUser != 0
                && effectiveUser != 0
                && savedUser != 0
                && fileSystemUser != 0
                && (inheritable | permitted | effective | ambient) == 0;
    }
}
