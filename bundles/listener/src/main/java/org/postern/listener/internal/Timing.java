package org.postern.listener.internal;

import java.time.Duration;
import org.postern.api.limits.Limits;

/**
 * How long things may take. Not configurable: each value follows from what it protects. Tests use
 * shorter ones.
 *
 * @param stall within each such time {@code stallOctets} must leave while output waits
 * @param stallOctets see {@code stall}
 * @param linger after {@link org.postern.api.protocol.Connection#close}, how long none of what was
 *     sent may leave
 * @param discard after our end of a connection was closed, how long the client's is waited for
 * @param drain how long sessions may take to end when their listener stops
 * @param retry how often a port that could not be opened is tried again
 * @param acceptPause how long nothing is accepted after accepting failed
 * @param hold how long a limits policy may put off one connection, with all behind it
 * @param proxyHeader how long a proxy may take to say for whom it connects
 */
record Timing(
        Duration stall,
        long stallOctets,
        Duration linger,
        Duration discard,
        Duration drain,
        Duration retry,
        Duration lookAgain,
        Duration startup,
        Duration acceptPause,
        Duration hold,
        Duration proxyHeader) {

    static final Timing NORMAL =
            new Timing(
                    // 32 KiB in two minutes is 270 octets a second: less than any link that people
                    // read mail over, more than a reader who only wants to hold a session. Shorter
                    // would be unfair: the kernel takes a slow link's output in large steps.
                    Duration.ofSeconds(120),
                    32 * 1024,
                    // What is left to send then is a little; the same large steps apply.
                    Duration.ofSeconds(30),
                    // Enough for the last reply to be acknowledged over a bad line.
                    Duration.ofSeconds(2),
                    // Time for an update at QUIT to complete, well inside the 90 s that service
                    // managers grant a server for stopping.
                    Duration.ofSeconds(10),
                    // A port is freed by a person stopping a program: soon enough for him.
                    Duration.ofSeconds(10),
                    // The helper restarts by itself, and who mends a file's mode waits for it.
                    Duration.ofSeconds(2),
                    // For the bundles beside this one to start, on a slow machine.
                    Duration.ofSeconds(20),
                    // Descriptors run out for as long as other connections last: no hurry.
                    Duration.ofSeconds(1),
                    // Limits itself refuses after SWAP_SECONDS without a policy; this is for a
                    // policy that never makes up its mind.
                    Duration.ofSeconds(Limits.SWAP_SECONDS + 2L),
                    // A proxy sends it in its first segment: time for one to be lost and sent again
                    // (RFC 6298: after one second, and then two more).
                    Duration.ofSeconds(3));
}
