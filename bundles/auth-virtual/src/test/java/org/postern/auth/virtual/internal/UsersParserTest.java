package org.postern.auth.virtual.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailLocation;
import org.postern.posix.NativePosix;

class UsersParserTest {
    private static final String REST = "::::/home/a::userdb_mail=mbox:~/inbox\n";

    @TempDir static Path directory;
    private static Posix posix;

    @BeforeAll
    static void openPosix() throws IOException {
        posix = NativePosix.open(directory);
    }

    private static Users parse(String text) throws UsersProblem {
        return UsersParser.parse(
                text.getBytes(StandardCharsets.UTF_8),
                new PasswordSchemes(new CryptLibrary(posix)));
    }

    private static User only(String text) throws UsersProblem {
        return parse(text).find(UserName.of(text.substring(0, text.indexOf(':')))).orElseThrow();
    }

    @Test
    void readsEveryKindOfLine() throws UsersProblem {
        Users users =
                parse(
                        "# comment\n\n"
                                + "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox\r\n"
                                + "b@example.org:{plain}y:1000:1000:B:/h/b:/bin/sh:"
                                + "userdb_quota=1 userdb_mail=maildir:~/mail/box\n"
                                + "\u00fc:{PLAIN}z:::::::\n"
                                        .replace(
                                                ":::::::",
                                                "::::::userdb_mail=mbox:/var/mail/\u00fc"));
        assertEquals(3, users.count());
        assertEquals(new MailLocation("mbox", "/home/a", "inbox"), mail(users, "a"));
        assertEquals(new MailLocation("maildir", "/h/b", "mail/box"), mail(users, "b@example.org"));
        assertEquals(new MailLocation("mbox", "/var/mail", "\u00fc"), mail(users, "\u00fc"));
        assertFalse(users.find(UserName.of("A")).isPresent());
    }

    @Test
    void anEmptyFileHasNobodyAndADecoy() throws UsersProblem {
        Users users = parse("");
        assertEquals(0, users.count());
        assertFalse(users.decoy().matches(octets("x")));
    }

    @Test
    void theDecoyIsOfTheMostFrequentKind() throws UsersProblem {
        String sha = "{SHA512-CRYPT}$6$rounds=1000$salt$" + "x".repeat(86);
        Users users =
                parse(
                        "a:{PLAIN}1"
                                + REST
                                + "b:"
                                + sha
                                + REST
                                + "c:"
                                + sha
                                + REST
                                + "d:*"
                                + REST
                                + "e:*"
                                + REST
                                + "f:*"
                                + REST);
        assertEquals("$6$rounds=1000", users.decoy().kind());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a:{PLAIN}x",
                "a:{PLAIN}x::::/home/a:",
                ":{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox",
                " a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{PLAIN}x::::/home/a::",
                "a:{PLAIN}x::::home/a::userdb_mail=mbox:~/inbox",
                "a:{PLAIN}x::::::userdb_mail=mbox:~/inbox",
                "a:{PLAIN}x::::/home/../a::userdb_mail=mbox:~/inbox",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/../inbox",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/a//inbox",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:inbox",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:/",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:/a/..",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/%u",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/mail:INBOX=/x",
                "a:{PLAIN}x::::/home/a::userdb_mail=dbox:~/mail",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox allow_nets=127.0.0.0/8",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox nopassword",
                "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/in\0box",
                "a:{MD5}x::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{PLAINx::::/home/a::userdb_mail=mbox:~/inbox",
                "a:plain::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{SHA512-CRYPT}$5$salt$x::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{SHA512-CRYPT}$6$rounds=1000001$salt$x::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{BLF-CRYPT}$2y$15$x::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{CRYPT}$nosuch$x::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{ARGON2ID}$argon2i$v=19$m=1024,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{ARGON2ID}$argon2id$v=19$m=65537,t=1,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA::::/home/a::userdb_mail=mbox:~/inbox",
                "a:{ARGON2ID}$argon2id$v=19$m=1024,t=21,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA::::/home/a::userdb_mail=mbox:~/inbox",
            })
    void oneBadLineRefusesTheFile(String line) {
        String good = "good:{PLAIN}x" + REST;
        UsersProblem problem = assertThrows(UsersProblem.class, () -> parse(good + line + "\n"));
        assertTrue(problem.describe("users").startsWith("users:2: "), problem.describe("users"));
        assertFalse(problem.describe("users").contains("{PLAIN}x"), problem.describe("users"));
    }

    @Test
    void aNameIsThereOnce() {
        assertThrows(UsersProblem.class, () -> parse(("a:{PLAIN}x" + REST).repeat(2)));
    }

    @Test
    void boundsHoldOnBothSides() throws UsersProblem {
        only("a".repeat(255) + ":{PLAIN}x" + REST);
        assertThrows(UsersProblem.class, () -> parse("a".repeat(256) + ":{PLAIN}x" + REST));
        only("a:{SHA512-CRYPT}$6$rounds=1000000$salt$" + "x".repeat(86) + REST);
        only("a:{PLAIN}" + "x".repeat(505) + REST);
        assertThrows(UsersProblem.class, () -> parse("a:{PLAIN}" + "x".repeat(506) + REST));
    }

    /** Hashes that other programs made, of the password "Hello world!". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{PLAIN}Hello world!",
                "{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
                "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1",
                "{SHA256-CRYPT}$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "{CRYPT}$5$rounds=10000$saltstringsaltst$3xv.VbSHBb41AL9AvLeujZkZRBAwqFMz2.opqey6IcA",
                "{BLF-CRYPT}$2y$05$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW",
                "{CRYPT}$1$saltsalt$le8lFSqqnPaRFOlmAZpvH1",
                "{CRYPT}$apr1$saltsalt$6BwcdpRros16.J9J/tHRr/",
                "abMbH7WsHr7wQ",
                "{ARGON2ID}$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHQ$nxQLqm5pZEngD5cKWvciKbAy460NOgRX",
            })
    void checksHashesThatOthersMade(String hash) throws UsersProblem {
        checks(only("a:" + hash + REST), "Hello world!");
        // And without the system's library, as far as Java libraries go.
        Posix without = new PosixWithoutCrypt(posix);
        byte[] file = ("a:" + hash + REST).getBytes(StandardCharsets.US_ASCII);
        Users users = UsersParser.parse(file, new PasswordSchemes(new CryptLibrary(without)));
        checks(users.find(UserName.of("a")).orElseThrow(), "Hello world!");
    }

    @Test
    void knowsTheSchemesOfTheSystem() throws UsersProblem {
        String yescrypt = "$y$j9T$abcdefgh$WtA2I5exIyQv5b7uDMgPs3N8zOQY6ZtcplRdKJSUiBC";
        checks(only("a:" + yescrypt + REST), "Hello world!");
        byte[] file = ("a:" + yescrypt + REST).getBytes(StandardCharsets.US_ASCII);
        CryptLibrary without = new CryptLibrary(new PosixWithoutCrypt(posix));
        assertThrows(
                UsersProblem.class, () -> UsersParser.parse(file, new PasswordSchemes(without)));
    }

    /** Everybody who types a name has it computed: what it costs is bounded when it is read. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$y$jFT$saltsaltsalt$.MR.xL4HgLqDG0WpxYLjm2U3CYpIEPNL3i0RMEhXG27",
                "$y$jCT$saltsaltsalt$.MR.xL4HgLqDG0WpxYLjm2U3CYpIEPNL3i0RMEhXG27",
                "$y$$saltsaltsalt$.MR.xL4HgLqDG0WpxYLjm2U3CYpIEPNL3i0RMEhXG27",
                "$gy$j9T$saltsaltsalt$.MR.xL4HgLqDG0WpxYLjm2U3CYpIEPNL3i0RMEhXG27",
                "$7$CU..../....saltsalt$.MR.xL4HgLqDG0WpxYLjm2U3CYpIEPNL3i0RMEhXG27",
                "_zzzzsaltabcdefghijk",
                "$2y$15$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW",
                "$2x$05$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW",
                "$5$rounds=1000001$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$5$rounds=999$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$5$rounds=99999999999$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
            })
    void aHashThatCostsTooMuchIsRefused(String hash) {
        assertRefused(hash);
    }

    /** A hash cut short by an editor would be a login that never works, without anybody knowing. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$5$rounds=01000$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$5$rounds=+1000$salt$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$5$rounds=1000",
                "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc",
                "$5$saltstring",
                "$5$$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5",
                "$6$saltstring$tooshort",
                "$1$saltsalt$le8lFSqqnPaRFOlmAZpvH",
                "$2y$05$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWA",
                "$2y$5$abcdefghijklmnopqrstuu7nFISH/8YdwlXD3lw69A4iBUf6fvWAW",
                "$2y$",
                "$",
                "abMbH7WsHr7w",
                "abMbH7WsHr7w-",
            })
    void aHashThatIsNotWholeIsRefused(String hash) {
        assertRefused(hash);
    }

    @Test
    void whomOneMayActForIsReadStrictly() throws UsersProblem {
        String line = "a:{PLAIN}x::::/home/a::userdb_mail=mbox:~/inbox userdb_postern_act_for=";
        assertEquals(Set.of(), only("a:{PLAIN}x" + REST).actsFor());
        assertEquals(
                Set.of(UserName.of("ben"), UserName.of("nobody@example.org")),
                only(line + "ben,nobody@example.org").actsFor());
        String many =
                IntStream.range(0, 64).mapToObj(i -> "u" + i).collect(Collectors.joining(","));
        assertEquals(64, only(line + many).actsFor().size());
        for (String wrong :
                List.of(
                        "",
                        ",ben",
                        "ben,",
                        "ben,ben",
                        many + ",more",
                        "ben userdb_postern_act_for=carl",
                        "ben userdb_postern_acts_for=carl")) {
            assertThrows(UsersProblem.class, () -> only(line + wrong), wrong);
        }
    }

    private static void assertRefused(String hash) {
        UsersProblem problem = assertThrows(UsersProblem.class, () -> parse("a:" + hash + REST));
        assertTrue(problem.describe("users").startsWith("users:1: "), problem.describe("users"));
        assertFalse(problem.describe("users").contains(hash.substring(1)) && hash.length() > 8);
    }

    @Test
    void aPasswordMayBeginLikeALockedHash() throws UsersProblem {
        checks(only("a:{PLAIN}!Hello" + REST), "!Hello");
        checks(only("a:{PLAIN}*" + REST), "*");
        for (String locked : new String[] {"{PLAIN}", "!", "*", "{CRYPT}!$6$x", "{ARGON2ID}*"}) {
            assertEquals(PasswordHash.LOCKED, only("a:" + locked + REST).hash().kind());
        }
    }

    private static ByteBuffer octets(String text) {
        ByteBuffer octets = ByteBuffer.allocateDirect(text.length());
        return octets.put(text.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    private static void checks(User user, String password) {
        assertTrue(user.hash().matches(octets(password)));
        assertFalse(user.hash().matches(octets("hello world!")));
    }

    private static MailLocation mail(Users users, String name) {
        return users.find(UserName.of(name)).orElseThrow().mail();
    }
}
