package org.postern.api.auth.queue;

/** What a check says of the source that asked for it. */
public enum CheckResult {
    /** The password was right. */
    ACCEPTED,
    /** The name or the password was wrong. */
    DECLINED,
    /** It came to no result, which is nobody's fault. */
    NONE
}
