package org.postern.helper.client.internal;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Secret;
import org.postern.api.helper.HelperMethod;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.Renaming;

/** The items of each request. */
final class Requests {
    /** What a buffer for a LOGIN holds at least. */
    static final int LONGEST_LOGIN = 2048;

    private static final int IPV4 = 4;
    private static final int IPV6 = 16;
    private static final int MAPPED = 12;

    private Requests() {}

    /**
     * LOGIN.
     *
     * @throws IllegalStateException if the secret has been wiped meanwhile
     */
    static void login(RequestWriter writer, HelperMethod method, AuthenticationRequest request) {
        int number =
                switch (method) {
                    case SHADOW -> 1;
                    case PAM -> 2;
                    case VHOME -> 3;
                };
        writer.octet(Tag.METHOD, number).octets(Tag.NAME, request.name().octets());
        Secret secret = request.secret();
        secret.copyTo(writer.begin(Tag.SECRET, secret.length()));
        writer.octets(Tag.SOURCE, address(request.source().getAddress()))
                .octets(Tag.LOCAL, address(request.local().getAddress()));
    }

    /** In binary; an IPv4-mapped address (RFC 4291 section 2.5.5.2) as the IPv4 one that it is. */
    static byte[] address(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length == IPV6 && octets[10] == -1 && octets[11] == -1) {
            byte[] prefix = new byte[MAPPED];
            prefix[10] = -1;
            prefix[11] = -1;
            if (Arrays.equals(octets, 0, MAPPED, prefix, 0, MAPPED)) {
                return Arrays.copyOfRange(octets, MAPPED, MAPPED + IPV4);
            }
        }
        return octets;
    }

    static void openForUpdate(RequestWriter writer, FileStatus expected) {
        writer.begin(Tag.IDENTITY, 16).putLong(expected.device()).putLong(expected.inode());
    }

    static void list(RequestWriter writer, MailDirectory directory, long position) {
        place(writer, directory);
        writer.begin(Tag.POSITION, 8).putLong(position);
    }

    static void directory(RequestWriter writer, MailDirectory directory) {
        list(writer, directory, Replies.LAST_PAGE);
    }

    static void place(RequestWriter writer, MailDirectory directory) {
        writer.octet(Tag.PLACE, number(directory));
    }

    static void entries(RequestWriter writer, List<MailEntry> entries) {
        entries.forEach(entry -> entry(writer, entry));
    }

    static void renamings(RequestWriter writer, List<Renaming> renamings) {
        for (Renaming renaming : renamings) {
            entry(writer, renaming.from());
            entry(writer, renaming.to());
        }
    }

    static void entry(RequestWriter writer, MailEntry entry) {
        byte[] name = entry.name().octets();
        writer.begin(Tag.ENTRY, 1 + name.length).put((byte) number(entry.directory())).put(name);
    }

    private static int number(MailDirectory directory) {
        return switch (directory) {
            case ROOT -> 0;
            case NEW -> 1;
            case CUR -> 2;
            case TMP -> 3;
        };
    }
}
