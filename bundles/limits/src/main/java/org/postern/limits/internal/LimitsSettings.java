package org.postern.limits.internal;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.postern.api.config.Settings;
import org.postern.api.limits.ServerBounds;
import org.postern.api.limits.SessionBounds;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.net.Network;
import org.postern.api.net.Source;

/**
 * org.postern.limits.cfg, parsed. The reasons of the defaults are in that file, where operators
 * read them; the numbers are the same, which a test checks.
 */
record LimitsSettings(
        int maxSessions,
        int maxSessionsBeforeLogin,
        int maxSessionsPerSource,
        int maxSessionsPerUser,
        SourceSize sourceSize,
        Duration minimumSlot,
        List<Network> exempt,
        int maxLoginFailures,
        PenaltySettings penalties,
        SessionBounds bounds,
        ServerBounds serverBounds) {
    static final int MAX_SESSIONS = 2_000;
    static final int MAX_SESSIONS_BEFORE_LOGIN = 1_500;
    static final int MAX_SESSIONS_PER_SOURCE = 50;
    static final int MAX_SESSIONS_PER_USER = 10;
    static final int SOURCE_PREFIX_4 = Source.IPV4_BITS;
    static final int SOURCE_PREFIX_6 = Source.IPV6_BITS;
    static final int MINIMUM_SLOT_SECONDS = 0;
    static final int MAX_LOGIN_FAILURES = 3;
    static final int MAX_BAD_COMMANDS = 20;
    static final int MAX_COMMANDS = 1_000_000;
    static final int MAX_MESSAGES = 100_000;
    static final long MAX_MAILBOX_BYTES = 10_737_418_240L;
    static final long MAX_OCTETS_IN_FLIGHT = 67_108_864L;
    static final int MAX_LOG_LINES = 200;

    /** A slot taken longer than an hour is a ban, which is not what this is for. */
    static final int MOST_SLOT_SECONDS = 3_600;

    // Sessions are counted in memory, some 300 octets each, and one host has 65,535 ports.
    private static final int MOST_SESSIONS = 100_000;

    // A megabyte: less than a few buffers for each of a handful of sessions would serve nobody.
    private static final long LEAST_IN_FLIGHT = 1 << 20;

    LimitsSettings {
        exempt = List.copyOf(exempt);
    }

    static LimitsSettings read(Settings settings) {
        return new LimitsSettings(
                settings.integer("maxSessions", MAX_SESSIONS, 1, MOST_SESSIONS),
                settings.integer(
                        "maxSessionsBeforeLogin", MAX_SESSIONS_BEFORE_LOGIN, 1, MOST_SESSIONS),
                settings.integer("maxSessionsPerSource", MAX_SESSIONS_PER_SOURCE, 1, MOST_SESSIONS),
                settings.integer("maxSessionsPerUser", MAX_SESSIONS_PER_USER, 1, MOST_SESSIONS),
                new SourceSize(
                        settings.integer("sourcePrefix4", SOURCE_PREFIX_4, 8, Source.IPV4_BITS),
                        settings.integer("sourcePrefix6", SOURCE_PREFIX_6, 16, Source.IPV6_BITS)),
                settings.seconds("minimumSlotSeconds", MINIMUM_SLOT_SECONDS, 0, MOST_SLOT_SECONDS),
                networks(settings),
                settings.integer("maxLoginFailures", MAX_LOGIN_FAILURES, 1, 1_000),
                PenaltySettings.read(settings),
                new SessionBounds(
                        settings.integer("maxBadCommands", MAX_BAD_COMMANDS, 1, Integer.MAX_VALUE),
                        settings.integer("maxCommands", MAX_COMMANDS, 1, Integer.MAX_VALUE),
                        new MailboxBounds(
                                settings.integer("maxMessages", MAX_MESSAGES, 1, Integer.MAX_VALUE),
                                settings.number(
                                        "maxMailboxBytes", MAX_MAILBOX_BYTES, 1, Long.MAX_VALUE))),
                new ServerBounds(
                        settings.number(
                                "maxOctetsInFlight",
                                MAX_OCTETS_IN_FLIGHT,
                                LEAST_IN_FLIGHT,
                                Long.MAX_VALUE),
                        settings.integer("maxLogLines", MAX_LOG_LINES, 1, 1_000_000)));
    }

    boolean exempts(InetAddress source) {
        return exempt.stream().anyMatch(network -> network.contains(source));
    }

    private static List<Network> networks(Settings settings) {
        try {
            return settings.list("exempt", List.of()).stream().map(Network::parse).toList();
        } catch (IllegalArgumentException bad) {
            settings.refuse(
                    "exempt",
                    "wants networks divided by commas, such as 192.0.2.0/24,2001:db8::/32, without"
                            + " names and without bits behind the prefix");
            return List.of();
        }
    }
}
