package org.postern.benchmarks.suite;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.Crypt;

/**
 * Who logs in: uN with the password uN, and the same crypt(3) string on every server. For most it
 * is the cheapest that all servers know, so that hashing is not what is compared.
 */
final class Accounts {
    /** The first of fifty with small mailboxes. */
    static final int SMALL = 1;

    static final int SMALL_COUNT = 50;

    /** Who has the mailbox that is large, and who that of large messages. */
    static final int BIG = 51;

    static final int HUGE = 52;

    /** The first of five hundred with small mailboxes, who log in and do nothing. */
    static final int IDLE = 101;

    static final int IDLE_COUNT = 500;

    /** The first of fifty with small mailboxes and SHA512-crypt of 5,000 rounds. */
    static final int DEAR = 701;

    /** The first of those with mailboxes of growing sizes. */
    static final int GROWING = 801;

    static final int GROWING_COUNT = 4;

    /** The first of ten thousand with one message; of Postern's alone. */
    static final int MANY = 1001;

    static final int MANY_COUNT = 10_000;

    /** The group of all, and the user of servers that have one user for all mail. */
    static final int SHARED = 5000;

    private static final String EVERYBODY =
            """
            root:x:0:0:root:/root:/bin/sh
            nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
            dovecot:x:4988:4988::/:/usr/sbin/nologin
            dovenull:x:4989:4989::/:/usr/sbin/nologin
            popa3d:x:4990:4990::/var/lib/popa3d:/usr/sbin/nologin
            courier:x:4992:4992::/:/usr/sbin/nologin
            postern:x:4993:4993::/:/usr/sbin/nologin
            vmail:x:5000:5000::/:/usr/sbin/nologin
            """;
    private static final String GROUPS =
            """
            root:x:0:
            mail:x:8:
            utmp:x:43:
            nogroup:x:65534:
            dovecot:x:4988:
            dovenull:x:4989:
            popa3d:x:4990:
            courier:x:4992:
            postern:x:4993:
            vmail:x:5000:
            """;

    private Accounts() {}

    /** Of all servers. */
    static IntStream numbers() {
        return Stream.of(
                        range(SMALL, SMALL_COUNT),
                        IntStream.of(BIG, HUGE),
                        range(IDLE, IDLE_COUNT),
                        range(DEAR, SMALL_COUNT),
                        range(GROWING, GROWING_COUNT))
                .flatMapToInt(numbers -> numbers);
    }

    private static IntStream range(int first, int count) {
        return IntStream.range(first, first + count);
    }

    static int uid(int account) {
        return SHARED + account;
    }

    static String hash(int account) {
        boolean dear = account >= DEAR && account < DEAR + SMALL_COUNT;
        return Crypt.crypt("u" + account, dear ? "$6$benchmarksaltben" : "ab");
    }

    /** Lines of a file, one for each account. */
    static String lines(IntFunction<String> line) {
        return numbers().mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Writes what makes them users of the system, below a directory that is laid over /etc. */
    static void write(Path etc, Path homes, String pamService) throws IOException {
        put(
                etc.resolve("passwd"),
                EVERYBODY
                        + lines(i -> "u%d:x:%d:%d::%s:/bin/sh".formatted(i, uid(i), SHARED, homes)),
                "rw-r--r--");
        put(
                etc.resolve("shadow"),
                "root:*:19000:0:99999:7:::\n"
                        + lines(i -> "u%d:%s:19000:0:99999:7:::".formatted(i, hash(i))),
                "rw-------");
        put(etc.resolve("group"), GROUPS, "rw-r--r--");
        put(
                etc.resolve("nsswitch.conf"),
                "passwd: files\ngroup: files\nshadow: files\nhosts: files\n",
                "rw-r--r--");
        Files.createDirectories(etc.resolve("pam.d"));
        put(
                etc.resolve("pam.d").resolve(pamService),
                "auth required pam_unix.so\naccount required pam_unix.so\n",
                "rw-r--r--");
    }

    static void put(Path file, String text, String mode) throws IOException {
        Files.write(file, text.getBytes(US_ASCII));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
