package org.postern.testkit.limits;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.postern.api.auth.Account;
import org.postern.api.auth.UserName;
import org.postern.api.net.TlsLevel;
import org.postern.api.session.SessionId;
import org.postern.api.session.SessionInfo;

/** Makes sessions that nobody serves, each with an id of its own. For any thread. */
public final class ClientSessions {
    /** The listener that they all came by. */
    public static final String LISTENER = "pop3";

    private static final int ID_LENGTH = 12;
    private static final InetSocketAddress LOCAL = new InetSocketAddress(address("192.0.2.1"), 110);

    private final AtomicLong next = new AtomicLong();

    /** A session from this address that has not logged in. */
    public SessionInfo from(InetAddress source) {
        String number = Long.toString(next.getAndIncrement(), 36);
        return new SessionInfo(
                new SessionId("0".repeat(ID_LENGTH - number.length()) + number),
                "pop3",
                LISTENER,
                new InetSocketAddress(source, 40_000),
                LOCAL,
                TlsLevel.NONE,
                "",
                Instant.now(),
                Optional.empty());
    }

    /** A session from this address with this user logged in. */
    public SessionInfo from(InetAddress source, String user) {
        return from(source).withAccount(account(user));
    }

    /** The account of a user of this name. */
    public static Account account(String user) {
        return new Account(UserName.of(user), "virtual");
    }

    /** An address from its literal. */
    public static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException bad) {
            throw new IllegalArgumentException(bad);
        }
    }

    /** The number'th IPv4 address, 0.0.0.0 the first. */
    public static InetAddress ipv4(int number) {
        return address(
                new byte[] {
                    (byte) (number >>> 24),
                    (byte) (number >>> 16),
                    (byte) (number >>> 8),
                    (byte) number
                });
    }

    /** An address in the number'th /64 of 2001:db8::/32. */
    public static InetAddress ipv6(int number) {
        byte[] octets = new byte[16];
        octets[0] = 0x20;
        octets[1] = 0x01;
        octets[2] = 0x0d;
        octets[3] = (byte) 0xb8;
        octets[4] = (byte) (number >>> 24);
        octets[5] = (byte) (number >>> 16);
        octets[6] = (byte) (number >>> 8);
        octets[7] = (byte) number;
        octets[15] = 1;
        return address(octets);
    }

    private static InetAddress address(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException bad) {
            throw new IllegalArgumentException(bad);
        }
    }
}
