package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.Faults;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.Operations;

/** What is known of a Maildir from one session to the next. */
class KnownMaildirTest {
    private static final byte[] MESSAGE = octets("Subject: x\n\nx\n");
    private static final byte[] LONGER = octets("Subject: y\n\ny\ny\n");

    private final MemoryMaildir maildir = new MemoryMaildir();
    private final MailboxFormat format = maildir.format();
    private Faults last = maildir.storage().faults();

    private Mailbox open() throws MailboxException {
        return open(format, MailboxBounds.NONE);
    }

    private Mailbox open(MailboxFormat by, MailboxBounds bounds) throws MailboxException {
        MemoryMailStorage storage = maildir.storage();
        last = storage.faults();
        return Operations.finish(
                by.open(storage, bounds, Optional.empty()), maildir.clock::advance);
    }

    private MailEntry deliver(byte[] message) {
        return maildir.deliverAs(message, "");
    }

    private void settle() {
        maildir.clock.advance(Duration.ofSeconds(10));
    }

    // Of messages; the ids' lists are looked for besides.
    private int read() {
        return last.count(CallKind.READ);
    }

    private void threeMessages() throws MailboxException {
        for (int i = 0; i < 3; i++) {
            deliver(MESSAGE);
        }
        settle();
        open();
        assertEquals(3, read());
    }

    @Test
    void anUnchangedMaildirIsNeitherListedNorRead() throws Exception {
        threeMessages();
        MailboxSnapshot first = open().snapshot();
        assertEquals(0, read());
        assertEquals(1, last.count(CallKind.LIST), "only tmp");
        assertSame(first, open().snapshot());
    }

    /** An agent may say that its user's directory is another one's. */
    @Test
    void whatIsKnownIsForItsAccountAlone() throws Exception {
        threeMessages();
        for (String account : List.of("7:anna", "7:ben")) {
            MemoryMailStorage storage = maildir.storage();
            last = storage.faults();
            Operations.finish(
                    format.open(of(account, storage), MailboxBounds.NONE, Optional.empty()),
                    maildir.clock::advance);
            assertEquals(3, read(), account);
        }
        open();
        assertEquals(0, read());
    }

    private static MailStorage of(String account, MailStorage storage) {
        return (MailStorage)
                Proxy.newProxyInstance(
                        MailStorage.class.getClassLoader(),
                        new Class<?>[] {MailStorage.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("account")) {
                                return account;
                            }
                            try {
                                return method.invoke(storage, arguments);
                            } catch (InvocationTargetException failed) {
                                throw failed.getCause();
                            }
                        });
    }

    @Test
    void onlyNewMessagesAreRead() throws Exception {
        threeMessages();
        deliver(LONGER);
        assertEquals(4, open().snapshot().count());
        assertEquals(1, read());
        open();
        assertEquals(1, read(), "younger than two seconds: nobody knows");
        settle();
        open();
        assertEquals(1, read());
        open();
        assertEquals(0, last.count(CallKind.READ) + last.count(CallKind.LIST) - 1);
    }

    @Test
    void whatIsRemovedAndRenamedIsSeen() throws Exception {
        threeMessages();
        List<MailEntry> entries = new ArrayList<>();
        maildir.files
                .names(MailDirectory.NEW)
                .forEach(name -> entries.add(new MailEntry(MailDirectory.NEW, name)));
        maildir.files.remove(entries.get(0));
        String flagged = entries.get(1).name() + ":2,F";
        maildir.files.rename(entries.get(1), MemoryMaildir.entry(MailDirectory.CUR, flagged));
        assertEquals(2, open().snapshot().count());
        assertEquals(1, read(), "a renamed file has another ctime");
    }

    @Test
    void changedFilesAreReadAgain() throws Exception {
        List<Consumer<MemoryFile>> changes =
                List.of(
                        file -> file.content(LONGER),
                        file -> file.modifiedNanos(5),
                        MemoryFile::stampChanged,
                        file -> file.identity(1, 77));
        for (Consumer<MemoryFile> change : changes) {
            MailEntry entry = deliver(MESSAGE);
            settle();
            open();
            open();
            assertEquals(0, read());
            change.accept(maildir.files.find(entry).orElseThrow());
            MailEntry other = deliver(MESSAGE);
            settle();
            open();
            assertEquals(2, read());
            maildir.files.remove(entry);
            maildir.files.remove(other);
        }
    }

    /** No directory shows it, so it is found out when the message is asked for. */
    @Test
    void whatIsWrittenInPlaceIsNotSentAndForgotten() throws Exception {
        threeMessages();
        MemoryFile file = maildir.byName().get(1);
        file.content(LONGER);
        Mailbox stale = open();
        MailboxException gone = Operations.fails(stale.read(1), maildir.clock::advance);
        assertEquals(MailboxException.Kind.MESSAGE_GONE, gone.kind());
        settle();
        Mailbox again = open();
        assertEquals(LONGER.length + 4, again.snapshot().octets(1));
        Operations.finish(again.read(1), maildir.clock::advance).close();
    }

    @Test
    void aListOfIdsThatComesOrGoesIsSeen() throws Exception {
        threeMessages();
        String base = maildir.names(MailDirectory.NEW).get(0);
        List<String> ids = ids(open());
        maildir.put(MailDirectory.ROOT, "dovecot-uidlist", octets("3 V7 N9\n1 :" + base + "\n"));
        settle();
        List<String> listed = ids(open());
        assertEquals("0000000100000007", listed.get(0));
        open();
        assertSame(open().snapshot(), open().snapshot());
        maildir.files.remove(MemoryMaildir.entry(MailDirectory.ROOT, "dovecot-uidlist"));
        assertEquals(ids, ids(open()));
    }

    @Test
    void changesWithinTheSettlingTimeAreSeen() throws Exception {
        deliver(MESSAGE);
        assertEquals(1, open().snapshot().count());
        maildir.put(MailDirectory.NEW, "1.second", MESSAGE);
        assertEquals(2, open().snapshot().count(), "within the same tick");
        maildir.byName().get(0).content(LONGER);
        assertEquals(LONGER.length + 4, open().snapshot().octets(0));
    }

    @Test
    void boundsHoldForWhatIsKnown() throws Exception {
        threeMessages();
        long octets = 3L * MESSAGE.length;
        open(format, new MailboxBounds(3, octets));
        assertEquals(0, read());
        for (MailboxBounds bounds :
                List.of(new MailboxBounds(2, octets), new MailboxBounds(3, octets - 1))) {
            MailboxException refused =
                    assertThrows(MailboxException.class, () -> open(format, bounds));
            assertEquals(MailboxException.Kind.TOO_LARGE, refused.kind());
        }
    }

    @Test
    void nothingIsKeptBeyondTheBound() throws Exception {
        threeMessages();
        KnownMaildir three =
                new KnownMaildir(
                        IdRule.AUTO,
                        Optional.empty(),
                        open().snapshot(),
                        KnownSizes.of(List.of(), 0));
        KnownMaildirs known = new KnownMaildirs();
        KnownMaildirs.Place one = new KnownMaildirs.Place(1, 1, "");
        KnownMaildirs.Place two = new KnownMaildirs.Place(1, 1, "other");
        known.keep(one, three, three.memory() - 1);
        assertEquals(Optional.empty(), known.find(one));
        known.keep(one, three, three.memory());
        assertSame(three, known.find(one).orElseThrow());
        known.keep(two, three, 2 * three.memory());
        assertSame(three, known.find(one).orElseThrow());
        known.keep(two, three, 2 * three.memory() - 1);
        assertEquals(Optional.empty(), known.find(one), "used longest ago");
        known.forget(two);
        assertEquals(Optional.empty(), known.find(two));
        MemoryMaildir other = new MemoryMaildir(Map.of("indexMemory", "0"));
        MailboxFormat none = other.format();
        assertNotSame(
                open(none, MailboxBounds.NONE).snapshot(),
                open(none, MailboxBounds.NONE).snapshot());
    }

    /** Whatever happens to it between sessions, it is what a server that knows nothing reads. */
    @Test
    void isWhatReadingAllWouldBe() throws Exception {
        long seed = System.nanoTime();
        System.out.println("KnownMaildirTest seed " + seed);
        Random random = new Random(seed);
        for (int step = 0; step < 2_000; step++) {
            change(random);
            maildir.clock.advance(Duration.ofMillis(random.nextInt(3_000)));
            String what = "seed " + seed + " step " + step;
            assertEquals(
                    MemoryMaildir.listed(open(maildir.format(), MailboxBounds.NONE)),
                    MemoryMaildir.listed(open()),
                    what);
        }
    }

    private void change(Random random) throws MailboxException {
        List<MailEntry> entries = new ArrayList<>();
        for (MailDirectory directory : List.of(MailDirectory.NEW, MailDirectory.CUR)) {
            for (var name : maildir.files.names(directory)) {
                entries.add(new MailEntry(directory, name));
            }
        }
        int kind = entries.isEmpty() ? 0 : random.nextInt(entries.size() > 20 ? 6 : 5);
        MailEntry any = entries.isEmpty() ? null : entries.get(random.nextInt(entries.size()));
        switch (kind) {
            case 0 -> maildir.deliver(random.nextBoolean() ? MESSAGE : LONGER);
            case 1 ->
                    maildir.files.rename(
                            any,
                            MemoryMaildir.entry(
                                    MailDirectory.CUR,
                                    MaildirName.base(any.name()) + ":2," + "S".repeat(step())));
            case 2 -> {
                // As a restore does: another file of the same name and mtime.
                long modified = maildir.files.find(any).orElseThrow().status().modifiedNanos();
                maildir.files.put(any, maildir.files.newFile(LONGER)).modifiedNanos(modified);
            }
            case 3 -> {
                BitSet first = new BitSet();
                first.set(0);
                Mailbox mailbox = open();
                Operations.finish(mailbox.expunge(first), maildir.clock::advance);
                Operations.finish(mailbox.acknowledge(), maildir.clock::advance);
            }
            case 4 -> {
                // Nothing.
            }
            default -> maildir.files.remove(any);
        }
    }

    private int steps;

    private int step() {
        return ++steps % 5;
    }

    private static List<String> ids(Mailbox mailbox) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < mailbox.snapshot().count(); i++) {
            ids.add(mailbox.snapshot().uniqueId(i).value());
        }
        return ids;
    }

    private static byte[] octets(String text) {
        return text.getBytes(US_ASCII);
    }
}
