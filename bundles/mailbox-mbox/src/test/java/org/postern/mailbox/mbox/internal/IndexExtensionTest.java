package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.config.Settings;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.posix.FileHandle;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryPosix;

class IndexExtensionTest {
    private static final String[] ENDS = {"", "\n", "\n\n", "x", "\nx\n", "F", "From ", "\nFrom "};

    private final MemoryMbox mbox = new MemoryMbox();

    @AfterEach
    void close() {
        mbox.close();
        assertEquals(0, mbox.storage().openHandles());
        assertEquals(0, mbox.storage().heldLocks());
    }

    /** Some messages, of which many have the same fields, so that ids hang on each other. */
    private static String messages(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append("From ").append(random.nextInt(3)).append('\n');
            if (i == 0 && random.nextBoolean()) {
                text.append("X-IMAPbase: 7 ").append(random.nextInt(9)).append('\n');
            }
            if (random.nextInt(3) == 0) {
                text.append("X-UID: ").append(random.nextInt(9)).append('\n');
            }
            if (random.nextInt(3) > 0) {
                text.append("Received: ").append(random.nextInt(4)).append('\n');
            }
            text.append("Subject: s\n");
            if (random.nextInt(5) > 0) {
                text.append('\n').append("body\n".repeat(random.nextInt(3)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    @Test
    void isWhatReadingAllWouldBe() throws Exception {
        long seed = System.nanoTime();
        System.out.println("IndexExtensionTest seed " + seed);
        Random random = new Random(seed);
        int extended = 0;
        for (int round = 0; round < 1_500; round++) {
            String what = "seed " + seed + " round " + round;
            byte[] whole = Scans.octets(messages(random, 2 + random.nextInt(30)));
            int cut = random.nextInt(whole.length);
            if (random.nextBoolean()) {
                // Where a message was written to its end.
                int end = new String(whole, StandardCharsets.ISO_8859_1).indexOf("\nFrom ", cut);
                cut = end < 0 ? cut : end;
            }
            byte[] before = Arrays.copyOf(whole, cut);
            if (random.nextInt(4) == 0) {
                whole = concatenated(before, Scans.octets(messages(random, random.nextInt(3))));
            }
            int known = NaiveMbox.parse(before).map(List::size).orElse(0);
            if (random.nextInt(4) == 0 && cut > 0 && known <= IndexExtension.LAST + 2) {
                // All of them are samples.
                whole[random.nextInt(cut)] ^= 1;
            }
            extended += check(before, whole, random, what) ? 1 : 0;
        }
        System.out.println("IndexExtensionTest extended " + extended);
        assertTrue(extended > 250, "only " + extended);
    }

    // Whether it was extended.
    private static boolean check(byte[] before, byte[] after, Random random, String what)
            throws Exception {
        ManualClock clock = new ManualClock();
        clock.advance(Duration.ofMillis(10));
        MemoryFile file = new MemoryFiles(clock).newFile(before);
        MboxContext context = context(clock, random);
        Optional<KnownMailbox> first;
        try {
            first = Optional.of(read(file, Optional.empty(), context, clock));
        } catch (MailboxException refused) {
            return false;
        }
        clock.advance(Duration.ofSeconds(random.nextInt(3)));
        file.content(after);
        Optional<KnownMailbox> known = first.filter(it -> it.mayBegin(file.status()));
        Optional<String> fresh = outcome(file, Optional.empty(), context, clock);
        assertEquals(fresh, outcome(file, known, context, clock), what);
        return known.isPresent()
                && fresh.isPresent()
                && read(file, known, context, clock).sampled();
    }

    private static MboxContext context(ManualClock clock, Random random) {
        UniqueIds.Rule[] rules = UniqueIds.Rule.values();
        Map<String, Object> properties = new HashMap<>();
        properties.put(
                "uniqueIds", rules[random.nextInt(rules.length)].name().toLowerCase(Locale.ROOT));
        MemoryPosix posix = new MemoryPosix(clock);
        MboxSettings settings = MboxSettings.parse(Settings.of(MboxFormat.PID, properties));
        return new MboxContext(
                settings,
                posix,
                new BlockBuffers(),
                ScanAides.NONE,
                new KnownMailboxes(posix),
                new IndexFiles(posix, Optional.empty()),
                new ImapBases(posix, Optional.empty()),
                new Journals(posix, Optional.empty()),
                StepSizes.of(settings.durability()),
                0);
    }

    // All that a snapshot says, or nothing if it is refused.
    private static Optional<String> outcome(
            MemoryFile file, Optional<KnownMailbox> known, MboxContext context, ManualClock clock) {
        try {
            return Optional.of(text(read(file, known, context, clock)));
        } catch (MailboxException refused) {
            return Optional.empty();
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static String text(KnownMailbox known) {
        MailboxSnapshot snapshot = known.snapshot();
        StringBuilder text = new StringBuilder();
        text.append(known.imapBase()).append(snapshot.file()).append(snapshot.totalOctets());
        for (int i = 0; i < snapshot.count(); i++) {
            text.append('\n')
                    .append(snapshot.uniqueId(i))
                    .append(snapshot.storedAt(i))
                    .append(snapshot.octets(i))
                    .append(snapshot.finalLineEndMissing(i));
        }
        return text.toString();
    }

    private static KnownMailbox read(
            MemoryFile file, Optional<KnownMailbox> known, MboxContext context, ManualClock clock)
            throws IOException, MailboxException {
        try (FileHandle handle = file.open(false)) {
            IndexedRead read = new IndexedRead(handle, known, MailboxBounds.NONE, context);
            for (Optional<Duration> wait = read.advance();
                    wait.isPresent();
                    wait = read.advance()) {
                clock.advance(wait.get());
            }
            return read.result();
        }
    }

    private static byte[] concatenated(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** Each with an octet that is read only if all is. */
    private static String mailbox(int messages) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < messages; i++) {
            text.append("From a\nReceived: ").append(i).append("\n\n").append("body\n".repeat(50));
            text.append('\n');
        }
        return text.toString();
    }

    private long readsBy(Opening opening) throws MailboxException {
        long[] octets = {0};
        mbox.storage().faults().before(call -> octets[0] += call.kind() == CallKind.READ ? 1 : 0);
        opening.open();
        return octets[0];
    }

    private interface Opening {
        void open() throws MailboxException;
    }

    @Test
    void onlySamplesAndTheTailAreRead() throws Exception {
        mbox.put(mailbox(500));
        Mailbox before = mbox.open();
        mbox.file().append(Scans.octets("From b\nReceived: new\n\nnew\n"));
        mbox.clock().advance(Duration.ofSeconds(10));
        long reads = readsBy(() -> assertEquals(501, mbox.open().snapshot().count()));
        assertTrue(reads <= 2 + IndexExtension.LAST + IndexExtension.DRAWN, "reads: " + reads);
        Mailbox known = mbox.open();
        assertEquals(0, readsBy(mbox::open), "extended, it is known like any other");
        assertNotSame(before.snapshot(), known.snapshot());
        assertEquals("Received: new\n\nnew\n", mbox.read(known, 500));
    }

    @Test
    void whatEndsOtherwiseIsAllRead() throws Exception {
        for (String added : ENDS) {
            mbox.put(mailbox(3) + "From c\nReceived: 4");
            mbox.open();
            mbox.file().append(Scans.octets(added + "\n\nFrom d\nReceived: 5\n\nx\n"));
            Mailbox again = mbox.open();
            mbox.replaceFormat();
            assertEquals(MemoryMbox.ids(mbox.open()), MemoryMbox.ids(again), added);
        }
    }

    @Test
    void changesInFrontOfWhatWasAppendedAreFound() throws Exception {
        String text = mailbox(4);
        mbox.put(text);
        mbox.open();
        for (int at : new int[] {20, text.length() - 20, text.length() / 2 + 40}) {
            byte[] changed = Scans.octets(text + "From b\nReceived: n\n\nn\n");
            changed[at] = '#';
            mbox.file().content(changed);
            Mailbox again = mbox.open();
            int message = (int) ((long) at * 4 / text.length());
            assertTrue(mbox.read(again, message).contains("#"), "at " + at);
            mbox.put(text);
            mbox.open();
        }
    }

    /** Far from all samples: found at the latest when the message is asked for, or deleted. */
    @Test
    void noMessageIsSentOrDeletedUnseen() throws Exception {
        int unseen = unseen();
        Mailbox stale = staleAt(unseen);
        assertEquals(MailboxException.Kind.CHANGED, mbox.fails(stale.read(unseen)).kind());
        assertTrue(mbox.read(mbox.open(), unseen).contains("#"), "the index is forgotten");

        stale = staleAt(unseen());
        String before = mbox.text();
        assertEquals(
                MailboxException.Kind.CHANGED,
                mbox.fails(stale.expunge(MemoryMbox.bits(7))).kind());
        assertEquals(before, mbox.text());
        Mailbox fresh = mbox.open();
        assertEquals(1, mbox.expunge(fresh, 7).deleted());
    }

    private static int unseen() {
        return 1_000;
    }

    // Drawn until no sample hits the message that was changed.
    private Mailbox staleAt(int message) throws Exception {
        String text = mailbox(2_000);
        int at = ordinal(text, "From a\n", message) + 40;
        while (true) {
            mbox.replaceFormat();
            mbox.put(text);
            String id = mbox.open().snapshot().storedAt(message).toString();
            byte[] changed = Scans.octets(text + "From b\nReceived: n\n\nn\n");
            changed[at] = '#';
            mbox.file().content(changed);
            Mailbox opened = mbox.open();
            if (opened.snapshot().storedAt(message).toString().equals(id)) {
                return opened;
            }
        }
    }

    private static int ordinal(String text, String part, int number) {
        int at = -1;
        for (int i = 0; i <= number; i++) {
            at = text.indexOf(part, at + 1);
        }
        return at;
    }

    @Test
    void aSmallOneThatHasGrownIsReadAgain() throws Exception {
        String text = mailbox(500);
        byte[] grown = Scans.octets(text + "From b\nReceived: new\n\nnew\n");
        for (int most : new int[] {grown.length, grown.length + 1}) {
            mbox.readWholeBelow(most);
            mbox.put(text);
            long whole = readsBy(mbox::open);
            mbox.file().content(grown);
            long again = readsBy(() -> assertEquals(501, mbox.open().snapshot().count()));
            // Samples take more calls than one block that has all of it.
            assertEquals(grown.length < most, again <= whole, whole + ", then " + again);
        }
    }

    @Test
    void sampledMailboxesAreReadAndUpdatedAsOthersAre() throws Exception {
        mbox.put(mailbox(20));
        mbox.open();
        mbox.file().append(Scans.octets("From b\nReceived: new\n\nnew\n"));
        Mailbox opened = mbox.open();
        assertTrue(mbox.read(opened, 19).startsWith("Received: 19\n"));
        assertEquals(2, mbox.expunge(opened, 0, 20).deleted());
        assertEquals(19, mbox.open().snapshot().count());
        assertFalse(mbox.text().contains("new"));
    }

    @Test
    void whatChangedWithinTheLastSecondsIsKnownBySamples() throws Exception {
        // Fractions would be waited for.
        mbox.files().granularityNanos(1_000_000_000);
        mbox.put(mailbox(500));
        mbox.file().append(Scans.octets("From b\nReceived: new\n\nnew\n"));
        long all = readsBy(mbox::open);
        long samples = readsBy(mbox::open);
        assertTrue(samples > 0 && samples <= 2 + IndexExtension.LAST + IndexExtension.DRAWN);
        assertTrue(all > 1);
        // The same ctime, as within a tick.
        long modified = mbox.file().status().modifiedNanos();
        long changed = mbox.file().status().changedNanos();
        mbox.file().write(20, Scans.octets("#")).times(modified, changed);
        assertTrue(mbox.read(mbox.open(), 0).contains("#"));
    }

    @Test
    void aDeletionForgetsWhatWasKnown() throws Exception {
        mbox.put(mailbox(20));
        Mailbox opened = mbox.open();
        mbox.expunge(opened, 3);
        mbox.clock().advance(Duration.ofSeconds(10));
        mbox.file().append(Scans.octets(mailbox(3)));
        mbox.clock().advance(Duration.ofSeconds(10));
        assertEquals(22, mbox.open().snapshot().count());
    }
}
