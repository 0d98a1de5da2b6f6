package org.postern.helper.client.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.helper.HelperMethod;
import org.postern.api.net.TlsLevel;
import org.postern.api.posix.FileName;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.FileType;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.EntryPage.Listed;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException.Kind;

/** Every message of helper/golden, written or read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GoldenTest {
    private final Set<String> used = new HashSet<>();

    private byte[] golden(String name) throws IOException {
        used.add(name + ".hex");
        return Golden.octets(name);
    }

    private void written(String name, RequestType type, int sequence, Consumer<RequestWriter> items)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(ReplyReader.LONGEST);
        RequestWriter writer = new RequestWriter(buffer, type, sequence);
        items.accept(writer);
        writer.finish();
        byte[] octets = new byte[buffer.remaining()];
        buffer.get(octets);
        assertArrayEquals(golden(name), octets, name);
    }

    private ReplyReader read(String name, RequestType type, int sequence) throws Exception {
        return new ReplyReader(Golden.direct(golden(name)), type, sequence);
    }

    private static AuthenticationRequest request(
            String name, String secret, String source, String local) {
        return new AuthenticationRequest(
                Mechanism.PASSWORD,
                UserName.of(name),
                Optional.empty(),
                new Secret(secret.getBytes(ISO_8859_1)),
                new InetSocketAddress(source, 40000),
                new InetSocketAddress(local, 110),
                TlsLevel.NONE,
                Duration.ofSeconds(30));
    }

    private static MailEntry entry(MailDirectory directory, String name) {
        return new MailEntry(directory, FileName.of(name.getBytes(ISO_8859_1)));
    }

    @AfterAll
    void noneIsLeftOut() throws IOException {
        Set<String> there = new HashSet<>();
        try (var files = Files.newDirectoryStream(Golden.DIRECTORY, "*.hex")) {
            files.forEach(file -> there.add(file.getFileName().toString()));
        }
        assertEquals(there, used);
    }

    @Test
    void questions() throws Exception {
        written("status", RequestType.STATUS, 1, items -> {});
        written("listen", RequestType.LISTEN, 1, items -> {});
        assertEquals(
                Set.of(HelperMethod.SHADOW, HelperMethod.VHOME),
                Replies.methods(read("status-reply", RequestType.STATUS, 1)));
        assertEquals(
                List.of(
                        new InetSocketAddress("0.0.0.0", 110),
                        new InetSocketAddress("2001:db8::110", 995)),
                Replies.sockets(read("listen-reply", RequestType.LISTEN, 1)));
        assertEquals(List.of(), Replies.sockets(read("listen-reply-none", RequestType.LISTEN, 1)));
    }

    @Test
    void logins() throws Exception {
        AuthenticationRequest alice =
                request("alice", "wonder\u00e4land", "198.51.100.7", "192.0.2.1");
        written(
                "login",
                RequestType.LOGIN,
                1,
                items -> Requests.login(items, HelperMethod.SHADOW, alice));
        AuthenticationRequest bob = request("bob", "", "2001:db8::7", "2001:db8::110");
        written(
                "login-vhome",
                RequestType.LOGIN,
                1,
                items -> Requests.login(items, HelperMethod.VHOME, bob));
        assertEquals(
                new Verdict.Accepted(UserName.of("alice"), 1001, "mbox"),
                Replies.verdict(read("login-accepted", RequestType.LOGIN, 1)));
        assertEquals(
                new Verdict.Accepted(UserName.of("bob@2001:db8::110"), 2000, "maildir"),
                Replies.verdict(read("login-accepted-vhome", RequestType.LOGIN, 1)));
        assertEquals(
                new Verdict.Declined(),
                Replies.verdict(read("login-declined", RequestType.LOGIN, 1)));
        assertEquals(
                new Verdict.Unavailable(),
                Replies.verdict(read("login-unavailable", RequestType.LOGIN, 1)));
    }

    private Result result(String name, RequestType type, int sequence) throws Exception {
        return Replies.result(read(name, type, sequence));
    }

    @Test
    void mailboxes() throws Exception {
        written("open-mailbox", RequestType.OPEN_MAILBOX, 2, items -> {});
        assertTrue(result("open-mailbox-reply", RequestType.OPEN_MAILBOX, 2).isDone());
        assertEquals(
                Kind.MISSING, result("open-mailbox-missing", RequestType.OPEN_MAILBOX, 2).kind());
        Result foreign = result("open-mailbox-foreign", RequestType.OPEN_MAILBOX, 2);
        assertEquals(Kind.NOT_PERMITTED, foreign.kind());
        assertEquals("it belongs to another user", foreign.failure("it").getMessage());
        FileStatus expected =
                new FileStatus(0xfe01, 0x1234_5678_9abcL, FileType.REGULAR, 0, 0, 0, 1, 0, 0, 0);
        written(
                "open-update",
                RequestType.OPEN_UPDATE,
                3,
                items -> Requests.openForUpdate(items, expected));
        assertTrue(result("open-update-reply", RequestType.OPEN_UPDATE, 3).isDone());
        assertEquals(
                Kind.CHANGED, result("open-update-changed", RequestType.OPEN_UPDATE, 3).kind());
        written("create-mailbox", RequestType.CREATE_MAILBOX, 2, items -> {});
        assertEquals(
                Kind.EXISTS, result("create-mailbox-exists", RequestType.CREATE_MAILBOX, 2).kind());
    }

    @Test
    void lists() throws Exception {
        long position = 0x11_2233_4455L;
        written(
                "list",
                RequestType.LIST,
                3,
                items -> Requests.list(items, MailDirectory.CUR, position));
        ReplyReader page = read("list-page", RequestType.LIST, 3);
        assertTrue(Replies.nextResult(page).isDone());
        long changed = 1_700_000_001_000_000_000L;
        assertEquals(
                new EntryPage(
                        List.of(
                                new Listed(
                                        FileName.of("1700000000.M1P2.host:2,S"),
                                        new FileStatus(
                                                0xfe01,
                                                4711,
                                                FileType.REGULAR,
                                                0600,
                                                1001,
                                                1001,
                                                1,
                                                1234,
                                                1_700_000_000_123_456_789L,
                                                changed)),
                                new Listed(
                                        FileName.of("link"),
                                        new FileStatus(
                                                0xfe01,
                                                4712,
                                                FileType.SYMBOLIC_LINK,
                                                0777,
                                                1001,
                                                1001,
                                                1,
                                                9,
                                                -1_000_000_000L,
                                                changed)),
                                new Listed(
                                        FileName.of("\u00ff\u00c3(\n\\".getBytes(ISO_8859_1)),
                                        new FileStatus(
                                                0xfe01,
                                                4713,
                                                FileType.REGULAR,
                                                0644,
                                                0,
                                                8,
                                                2,
                                                0xf_ffff_ffffL,
                                                Long.MAX_VALUE,
                                                changed))),
                        OptionalLong.of(0x55_4433_2211L)),
                Replies.page(page, position));
        ReplyReader last = read("list-last", RequestType.LIST, 3);
        assertTrue(Replies.nextResult(last).isDone());
        assertEquals(new EntryPage(List.of(), OptionalLong.empty()), Replies.page(last, position));
        assertEquals(Kind.MISSING, result("list-missing", RequestType.LIST, 3).kind());
    }

    @Test
    void directories() throws Exception {
        written(
                "list-directory",
                RequestType.LIST,
                3,
                items -> Requests.directory(items, MailDirectory.CUR));
        ReplyReader itself = read("list-itself", RequestType.LIST, 3);
        assertTrue(Replies.nextResult(itself).isDone());
        assertEquals(
                new FileStatus(
                        0xfe01,
                        4710,
                        FileType.DIRECTORY,
                        0700,
                        1001,
                        1001,
                        3,
                        4096,
                        1_700_000_000_123_456_789L,
                        1_700_000_001_000_000_000L),
                Replies.directory(itself));
    }

    @Test
    void batches() throws Exception {
        written(
                "open",
                RequestType.OPEN,
                4,
                items ->
                        Requests.entries(
                                items,
                                List.of(
                                        entry(MailDirectory.NEW, "1700000000.M1P2.host"),
                                        entry(MailDirectory.CUR, "\u00ff\u00c3(\n\\"),
                                        entry(MailDirectory.ROOT, "dovecot-uidlist"))));
        List<Result> opened = Replies.results(read("opened", RequestType.OPEN, 4), 3);
        assertTrue(opened.get(0).isDone() && opened.get(2).isDone());
        assertEquals("is a symbolic link", opened.get(1).text());
        written(
                "rename",
                RequestType.RENAME,
                5,
                items ->
                        Requests.renamings(
                                items,
                                List.of(
                                        new Renaming(
                                                entry(MailDirectory.NEW, "one"),
                                                entry(MailDirectory.CUR, "one:2,S")),
                                        new Renaming(
                                                entry(MailDirectory.NEW, "two"),
                                                entry(MailDirectory.CUR, "two:2,")))));
        assertEquals(
                List.of(EntryResult.EXISTS, EntryResult.DONE),
                Replies.results(read("rename-reply", RequestType.RENAME, 5), 2).stream()
                        .map(Result::entryResult)
                        .toList());
        written(
                "unlink",
                RequestType.UNLINK,
                6,
                items ->
                        Requests.entries(
                                items,
                                List.of(
                                        entry(MailDirectory.CUR, "one:2,T"),
                                        entry(MailDirectory.CUR, "two:2,T"))));
        assertEquals(
                List.of(EntryResult.DONE, EntryResult.MISSING),
                Replies.results(read("unlink-reply", RequestType.UNLINK, 6), 2).stream()
                        .map(Result::entryResult)
                        .toList());
    }

    @Test
    void files() throws Exception {
        written(
                "create",
                RequestType.CREATE,
                7,
                items -> Requests.entry(items, entry(MailDirectory.TMP, "1700000000.M1P2.host")));
        assertTrue(result("create-reply", RequestType.CREATE, 7).isDone());
        assertEquals(Kind.FULL, result("create-full", RequestType.CREATE, 7).kind());
        written("sync", RequestType.SYNC, 8, items -> Requests.place(items, MailDirectory.NEW));
        assertTrue(result("sync-reply", RequestType.SYNC, 8).isDone());
        assertEquals(Kind.UNAVAILABLE, result("sync-failed", RequestType.SYNC, 8).kind());
    }

    @Test
    void refusals() throws Exception {
        ReplyException peer =
                assertThrows(
                        ReplyException.class, () -> read("refused-peer", RequestType.LOGIN, 1));
        assertTrue(peer.getMessage().contains("\"peer\" of helper.conf"), peer.getMessage());
        ReplyException version =
                assertThrows(
                        ReplyException.class, () -> read("refused-version", RequestType.LOGIN, 1));
        assertTrue(
                version.getMessage().contains("speaks version 2 of the protocol"),
                version.getMessage());
    }

    @Test
    void mappedAddressesAreSentAsIpv4() throws Exception {
        byte[] mapped = new byte[16];
        mapped[10] = -1;
        mapped[11] = -1;
        mapped[12] = 10;
        // Inet6Address.getByAddress keeps what InetAddress.getByAddress would turn into IPv4.
        assertArrayEquals(
                new byte[] {10, 0, 0, 0},
                Requests.address(Inet6Address.getByAddress("", mapped, 0)));
        mapped[3] = 1;
        assertEquals(16, Requests.address(Inet6Address.getByAddress("", mapped, 0)).length);
    }
}
