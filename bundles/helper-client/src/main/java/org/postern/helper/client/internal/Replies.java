package org.postern.helper.client.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.postern.api.auth.UserName;
import org.postern.api.helper.HelperMethod;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.storage.EntryPage;

/** What each reply says, read to its end before any of it is used. */
final class Replies {
    private static final int ALL_METHODS = 7;
    private static final int SOCKETS = 16;
    private static final int PAGE = 1000;
    private static final long NOBODY = 0xFFFF_FFFFL;
    static final long LAST_PAGE = -1;
    private static final int LISTED_HEAD = 56;
    private static final byte[] ITSELF = {'.'};

    private Replies() {}

    static Set<HelperMethod> methods(ReplyReader reader) throws ReplyException {
        int sum = reader.octet(Tag.METHODS, 0, ALL_METHODS);
        reader.end();
        Set<HelperMethod> methods = EnumSet.noneOf(HelperMethod.class);
        if ((sum & 1) != 0) {
            methods.add(HelperMethod.SHADOW);
        }
        if ((sum & 2) != 0) {
            methods.add(HelperMethod.PAM);
        }
        if ((sum & 4) != 0) {
            methods.add(HelperMethod.VHOME);
        }
        return methods;
    }

    static List<InetSocketAddress> sockets(ReplyReader reader) throws ReplyException {
        List<InetSocketAddress> sockets = new ArrayList<>();
        while (reader.hasMore()) {
            int length = reader.begin(Tag.SOCKET);
            ReplyReader.require(length == 6 || length == 18, "an address of a wrong length");
            InetAddress address = address(reader.octets(length - 2));
            int port = reader.number2();
            ReplyReader.require(port > 0, "a socket without a port");
            sockets.add(new InetSocketAddress(address, port));
        }
        ReplyReader.require(sockets.size() <= SOCKETS, "too many items");
        return sockets;
    }

    private static InetAddress address(byte[] octets) throws ReplyException {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw ReplyException.malformed("an address of a wrong length");
        }
    }

    static Verdict verdict(ReplyReader reader) throws ReplyException {
        int verdict = reader.octet(Tag.VERDICT, 0, 2);
        Verdict read =
                switch (verdict) {
                    case 0 -> accepted(reader);
                    case 1 -> new Verdict.Declined();
                    default -> new Verdict.Unavailable();
                };
        reader.end();
        return read;
    }

    private static Verdict accepted(ReplyReader reader) throws ReplyException {
        byte[] name = reader.octets(Tag.NAME);
        for (byte octet : name) {
            ReplyReader.require(octet != 0, "a NUL in a name");
        }
        reader.begin(Tag.UID);
        long user = reader.number4();
        // No process of root's outlives a login: one that says it is root has gone wrong.
        ReplyReader.require(user != 0 && user != NOBODY, "an agent that is nobody's or root's");
        String format = reader.octet(Tag.FORMAT, 1, 2) == 1 ? Formats.MBOX : Formats.MAILDIR;
        return new Verdict.Accepted(UserName.of(name), user, format);
    }

    /** The one RESULT of a request about one thing. */
    static Result result(ReplyReader reader) throws ReplyException {
        Result result = nextResult(reader);
        reader.end();
        return result;
    }

    /** As many RESULTs as the request had entries. */
    static List<Result> results(ReplyReader reader, int count) throws ReplyException {
        List<Result> results = new ArrayList<>(count);
        while (results.size() < count) {
            results.add(nextResult(reader));
        }
        reader.end();
        return results;
    }

    /** The RESULT of a request whose reply may have more items. */
    static Result nextResult(ReplyReader reader) throws ReplyException {
        int code = reader.octet(Tag.RESULT, 0, Result.Code.values().length - 1);
        int why = reader.bounded(0, Result.Why.values().length - 1);
        ReplyReader.require(code != 0 || why == 0, "a reason for success");
        return Result.of(code, why);
    }

    /**
     * The rest of a LIST's reply that is done.
     *
     * @param position what was asked for: the next page is another one
     */
    static EntryPage page(ReplyReader reader, long position) throws ReplyException {
        reader.begin(Tag.NEXT);
        long next = reader.number8();
        ReplyReader.require(
                next == LAST_PAGE || (next > 0 && next != position), "a list that leads nowhere");
        List<EntryPage.Listed> entries = new ArrayList<>();
        while (reader.hasMore()) {
            ReplyReader.require(entries.size() < PAGE, "too many items");
            entries.add(listed(reader));
        }
        return new EntryPage(
                entries, next == LAST_PAGE ? OptionalLong.empty() : OptionalLong.of(next));
    }

    /** The rest of a LIST's reply that is done and was asked for the directory itself. */
    static FileStatus directory(ReplyReader reader) throws ReplyException {
        reader.begin(Tag.NEXT);
        ReplyReader.require(reader.number8() == LAST_PAGE, "a directory with more behind it");
        int length = reader.begin(Tag.LISTED);
        FileStatus status = status(reader);
        byte[] name = reader.octets(length - LISTED_HEAD);
        ReplyReader.require(Arrays.equals(name, ITSELF), "another directory");
        reader.end();
        return status;
    }

    private static EntryPage.Listed listed(ReplyReader reader) throws ReplyException {
        int length = reader.begin(Tag.LISTED);
        FileStatus status = status(reader);
        byte[] name = reader.octets(length - LISTED_HEAD);
        ReplyReader.require(FileName.isComponent(name), "a name that is a path");
        return new EntryPage.Listed(FileName.of(name), status);
    }

    private static FileStatus status(ReplyReader reader) throws ReplyException {
        long device = reader.number8();
        long inode = reader.number8();
        long size = reader.number8();
        ReplyReader.require(size >= 0, "a size out of range");
        long modified = reader.number8();
        long changed = reader.number8();
        long mode = reader.number4();
        ReplyReader.require(mode <= 0xFFFF, "a mode out of range");
        long owner = reader.number4();
        long group = reader.number4();
        long links = reader.number4();
        return new FileStatus(
                device,
                inode,
                type((int) mode),
                (int) mode & 07777,
                owner,
                group,
                links,
                size,
                modified,
                changed);
    }

    private static FileType type(int mode) {
        return switch (mode >> 12) {
            case 1 -> FileType.FIFO;
            case 2 -> FileType.CHARACTER_DEVICE;
            case 4 -> FileType.DIRECTORY;
            case 6 -> FileType.BLOCK_DEVICE;
            case 8 -> FileType.REGULAR;
            case 10 -> FileType.SYMBOLIC_LINK;
            case 12 -> FileType.SOCKET;
            default -> FileType.UNKNOWN;
        };
    }
}
