package org.postern.benchmarks.suite;

import java.util.Locale;

/**
 * A line of the table: what is measured, whether more of it is better, what Postern must reach and
 * what it aims for. Bounds are of Postern's median divided by the best other server's, or, where
 * there is no other, of the median itself.
 */
enum Row {
    SESSIONS_1("sessions/s, 1 client", true, 1.5, 2),
    SESSIONS_8("sessions/s, 8 clients", true, 1.5, 2),
    SESSIONS_32("sessions/s, 32 clients", true, 1.5, 2),
    P99_32("p99 of a session, 32 clients, ms", false, 0.7, 0.5),
    CPU("server's CPU for 1,000 sessions, s", false, 0.8, 0.5),
    SESSIONS_DEAR("sessions/s, SHA512-crypt, 8 clients", true, 1.3, 1.7),
    RETR_1("RETR small messages, 1 client, MiB/s", true, 1.5, 2),
    RETR_8("RETR small messages, 8 clients, MiB/s", true, 1.5, 2),
    RETR_DEEP("RETR pipelined, transfer only, MiB/s", true, 1.5, 2),
    RETR_HUGE("RETR 52 MB messages, MiB/s", true, 1.3, 2),
    OPEN_FIRST("open a 1.07 GiB mbox, never seen, ms", false, 0.8, 0.5),
    OPEN_AGAIN("open it again, ms", false, 0.5, 0.2),
    MAILDIR_FIRST("open a Maildir of 50,000, never seen, ms", false, 0.7, 0.4),
    MAILDIR_AGAIN("open that Maildir again, ms", false, 0.7, 0.4),
    QUIT_PROCESS("QUIT, 50,000 of 100,000 deleted, durability process, ms", false, 1, 0.5),
    QUIT_POWER("the same, durability power, beside write+fsync of as much, ms", false),
    IDLE_IN("memory of an idle session, logged in, KiB", false, 0.2, 0.1),
    IDLE_OUT("memory of an idle session, not logged in, KiB", false, 1, 0.5),
    REST("the Java process at rest, after its start, MB", false, 200, 150),
    REST_WARM("the Java process at rest, after the warm-up, MB", false, 200, 150),
    HELPER_SESSIONS("system users: sessions/s, 8 clients", true, 1.5, 1.5),
    HELPER_IDLE("system users: memory of an idle session, KiB", false, 1, 1);

    /** Of rows that only say how things are. */
    private static final double NONE = Double.NaN;

    private final String label;
    private final boolean moreIsBetter;
    private final double bound;
    private final double aim;

    Row(String label, boolean moreIsBetter, double bound, double aim) {
        this.label = label;
        this.moreIsBetter = moreIsBetter;
        this.bound = bound;
        this.aim = aim;
    }

    Row(String label, boolean moreIsBetter) {
        this(label, moreIsBetter, NONE, NONE);
    }

    String label() {
        return label;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean bounded() {
        return !Double.isNaN(bound);
    }

    double bound() {
        return bound;
    }

    double aim() {
        return aim;
    }

    boolean better(double value, double than) {
        return moreIsBetter ? value > than : value < than;
    }

    boolean reaches(double value, double wanted) {
        return moreIsBetter ? value >= wanted : value <= wanted;
    }
}
