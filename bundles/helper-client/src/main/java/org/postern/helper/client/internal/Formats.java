package org.postern.helper.client.internal;

/** The names of the mailbox formats that an agent can serve. */
final class Formats {
    static final String MBOX = "mbox";
    static final String MAILDIR = "maildir";

    private Formats() {}
}
