package org.postern.benchmarks.corpus;

import java.time.Instant;

/**
 * One of {@link Messages}.
 *
 * @param octets with LF at the end of each line; nobody changes them
 */
@SuppressWarnings("ArrayRecordComponent")
record Message(Instant time, String sender, byte[] octets) {}
