package org.postern.api.mailbox;

/** What ends a line in stored octets; on the wire every one becomes CRLF. */
public enum LineConvention {
    /** LF alone; a CR before it is part of the line and is sent (popa3d's mbox). */
    LF,
    /** LF, or CR LF as one line end: files that some deliver with network line ends. */
    LF_OR_CRLF
}
