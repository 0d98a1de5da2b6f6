package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.Delivery;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.posix.Errno;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryDirectory;
import org.postern.testkit.memory.MemoryFile;

/** What the next session does with a journal, true or false, and a mailbox, torn or not. */
class MendingTest {
    private static final String ONE = "From a\nReceived: 1\n\none\n\n";
    private static final String TWO = "From b\nReceived: 2\n\ntwo\n\n";
    private static final String THREE = "From c\nReceived: 3\n\nthree\n\n";
    private static final String NEW = "From d\nReceived: 4\n\nnew\n\n";

    private final MemoryMbox mbox = new MemoryMbox();
    private Mailbox bystander;

    @BeforeEach
    void tear() throws Exception {
        tear(0);
    }

    private void tear(int deleted) throws Exception {
        mbox.put(ONE + TWO + THREE);
        bystander = mbox.open();
        Mailbox mailbox = mbox.open();
        // The process goes on, its disk does not for a moment.
        mbox.storage().faults().fail(CallKind.TRUNCATE, 1, Errno.EIO);
        MailboxException failed = mbox.fails(mailbox.expunge(MemoryMbox.bits(deleted)));
        assertEquals(Kind.UNAVAILABLE, failed.kind());
        mailbox.close();
        mbox.storage().faults().clear();
        assertEquals(1, journals().names().size());
    }

    @AfterEach
    void nothingIsLeftOpen() {
        mbox.close();
        assertEquals(0, journals().openHandles());
        assertEquals(0, mbox.storage().openHandles());
        assertEquals(0, mbox.storage().heldLocks());
    }

    private MemoryDirectory journals() {
        return mbox.data().directory(Journals.DIRECTORY).orElseThrow();
    }

    @Test
    void theNextSessionOfTheSameProcessEndsIt() throws Exception {
        Mailbox mailbox = mbox.open();
        assertEquals(2, mailbox.snapshot().count());
        assertEquals(TWO + THREE, mbox.text());
        assertEquals(List.of(), journals().names());
    }

    @Test
    void anotherInstanceEndsItToo() throws Exception {
        mbox.replaceFormat();
        mbox.open();
        assertEquals(TWO + THREE, mbox.text());
    }

    @Test
    void theMendedMailboxIsUpdatedWithTheHandleThatMendedIt() throws Exception {
        mbox.storage().faults().clear();
        Mailbox mailbox = mbox.open();
        mbox.expunge(mailbox, 0);
        assertEquals(THREE, mbox.text());
        assertEquals(1, mbox.storage().faults().count(CallKind.OPEN_FOR_UPDATE));
    }

    @Test
    void mailThatIsDeliveredComesBehindIt() throws Exception {
        mbox.file().append(Scans.octets(NEW));
        assertEquals(3, mbox.open().snapshot().count());
        assertEquals(TWO + THREE + NEW, mbox.text());
    }

    @Test
    void anAppendEndsItFirst() throws Exception {
        Delivery delivery =
                new Delivery(
                        Channels.newChannel(new ByteArrayInputStream(Scans.octets("S: x\n\ny\n"))),
                        "",
                        Instant.EPOCH);
        mbox.finish(bystander.append(delivery));
        assertTrue(mbox.text().startsWith(TWO + THREE + "From "), mbox.text());
        assertEquals(List.of(), journals().names());
    }

    @Test
    void aCutThatHappenedIsNotDoneAgain() throws Exception {
        // Cut, and then exactly as much delivered as was cut off.
        mbox.file().truncate((TWO + THREE).length());
        mbox.file().append(Scans.octets(NEW));
        assertEquals((ONE + TWO + THREE).length(), mbox.text().length());
        mbox.open();
        assertEquals(TWO + THREE + NEW, mbox.text());
        assertEquals(List.of(), journals().names());
    }

    @Test
    void aMailboxWithOtherMailIsTakenAsItIs() throws Exception {
        goBackOneMark();
        String other = NEW.repeat(4);
        mbox.file().content(Scans.octets(other));
        assertEquals(4, mbox.open().snapshot().count());
        assertEquals(other, mbox.text());
        assertAside();
        // And is not in the way of the next deletion, or of the next journal put aside.
        mbox.expunge(mbox.open(), 0);
        assertEquals(NEW.repeat(3), mbox.text());
    }

    @Test
    void aMailboxThatWasEditedWhereNothingMovesIsTakenAsItIs() throws Exception {
        mbox.open();
        tear(1);
        goBackOneMark();
        mbox.file().write(ONE.indexOf("one"), Scans.octets("ONE"));
        String edited = mbox.text();
        mbox.open();
        assertEquals(edited, mbox.text());
        assertAside();
    }

    @Test
    void aMailboxThatIsTooShortIsTakenAsItIs() throws Exception {
        goBackOneMark();
        mbox.file().truncate(TWO.length());
        mbox.open();
        assertEquals(TWO, mbox.text());
        assertAside();
    }

    // To where it is not sealed yet.
    private void goBackOneMark() {
        MemoryFile journal = journals().only();
        journal.write(markPlace(journal.content()), new byte[4096]);
        mbox.replaceFormat();
    }

    // Of the two, the later one.
    private static int markPlace(byte[] journal) {
        return journal[8] > journal[4096 + 8] ? 0 : 4096;
    }

    private void assertAside() {
        assertEquals(1, journals().names().size());
        assertTrue(journals().names().get(0).endsWith(".aside"), journals().names().toString());
    }

    @Test
    void aDamagedJournalIsPutAside() throws Exception {
        byte[] whole = journals().only().content();
        byte[] torn = mbox.file().content();
        // The magic number, a move, the plan's checksum; both marks.
        for (int at : new int[] {8192, 8192 + 60, 8192 + 90}) {
            journals().only().content(whole).write(at, new byte[] {0x55});
            mbox.file().content(torn);
            mbox.replaceFormat();
            mbox.open().close();
            assertEquals(TWO + THREE, mbox.text().substring(0, (TWO + THREE).length()));
            assertAside();
            restore(whole);
        }
        journals().only().content(whole).write(0, new byte[2 * 4096]);
        mbox.replaceFormat();
        mbox.open();
        assertAside();
    }

    @Test
    void oneCopyOfEachMarkIsEnough() throws Exception {
        journals().only().write(2048, new byte[2048]).write(4096, new byte[2048]);
        mbox.replaceFormat();
        mbox.open();
        assertEquals(TWO + THREE, mbox.text());
        assertEquals(List.of(), journals().names());
    }

    private void restore(byte[] journal) throws Exception {
        String name = journals().names().get(0).replace(".aside", "");
        MemoryFile file = journals().only();
        journals().put(name, file.content(journal));
    }

    @Test
    void noOctetOfAJournalCanDoHarm() throws Exception {
        byte[] whole = journals().only().content();
        byte[] torn = mbox.file().content();
        long seed = System.nanoTime();
        System.out.println("MendingTest seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] changed = whole.clone();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                int at = random.nextInt(3) * 4096 + random.nextInt(200);
                changed[Math.min(at, changed.length - 1)] = (byte) random.nextInt(256);
            }
            journals().only().content(changed);
            mbox.file().content(torn);
            mbox.replaceFormat();
            try {
                mbox.open().close();
            } catch (MailboxException refused) {
                assertFalse(refused.getMessage().isEmpty());
            }
            String text = mbox.text();
            assertTrue(text.startsWith(TWO + THREE), "seed " + seed + ": " + text);
            if (!journals().names().isEmpty()) {
                restore(whole);
            } else {
                journals().put(name(), mbox.files().newFile(whole));
            }
        }
    }

    private String name() {
        return Long.toHexString(mbox.file().status().device())
                + '-'
                + Long.toHexString(mbox.file().status().inode());
    }

    @Test
    void aJournalOfAnotherMailboxIsPutAside() throws Exception {
        String other = ONE + TWO + THREE;
        journals().put("1-fff", journals().only());
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(other)).identity(1, 0xfff));
        mbox.replaceFormat();
        mbox.open();
        assertEquals(other, mbox.text());
        assertAside();
    }

    /** As numbers of disks are given in the order in which they are found. */
    @Test
    void aDiskThatHasAnotherNumberSinceKeepsItsJournals() throws Exception {
        for (boolean sealed : new boolean[] {true, false}) {
            if (!sealed) {
                tear();
                goBackOneMark();
            }
            long inode = mbox.file().status().inode();
            mbox.file().identity(mbox.file().status().device() + 0x10, inode);
            mbox.replaceFormat();
            mbox.file().append(Scans.octets(NEW));
            assertEquals(3, mbox.open().snapshot().count());
            assertEquals(TWO + THREE + NEW, mbox.text());
            assertEquals(List.of(), journals().names());
        }
    }

    /** Its journal is kept for it, whatever others do that have its number on their disk. */
    @Test
    void aMailboxThatHasTheNumberOfATornOneIsLeftAlone() throws Exception {
        MemoryFile torn = mbox.file();
        String journal = name();
        String other = NEW.repeat(4);
        for (boolean sealed : new boolean[] {true, false}) {
            if (!sealed) {
                goBackOneMark();
            }
            mbox.files()
                    .mailbox(
                            mbox.files()
                                    .newFile(Scans.octets(other))
                                    .identity(9, torn.status().inode()));
            mbox.replaceFormat();
            mbox.storage().faults().clear();
            for (int i = 0; i < 2; i++) {
                assertEquals(4, mbox.open().snapshot().count());
                assertEquals(other, mbox.text());
                assertEquals(List.of(journal), journals().names());
            }
            assertEquals(
                    1,
                    mbox.storage().faults().count(CallKind.OPEN_FOR_UPDATE),
                    "is looked at once");
            mbox.expunge(mbox.open(), 0);
            assertEquals(NEW.repeat(3), mbox.text());
            assertEquals(List.of(journal), journals().names());
            mbox.files().mailbox(torn);
        }
        mbox.open();
        assertEquals(TWO + THREE, mbox.text());
    }

    /** Two disks have changed numbers, and one of each has the same number on them. */
    @Test
    void aJournalThatWasClaimedIsNobodyElses() throws Exception {
        MemoryFile torn = mbox.file();
        String journal = name();
        long device = torn.status().device();
        long inode = torn.status().inode();
        torn.identity(device + 0x10, inode);
        mbox.replaceFormat();
        mbox.storage().faults().fail(CallKind.TRUNCATE, 1, Errno.EIO);
        assertEquals(Kind.UNAVAILABLE, mbox.failsToOpen().kind());
        mbox.storage().faults().clear();
        String other = NEW.repeat(4);
        mbox.files().mailbox(mbox.files().newFile(Scans.octets(other)).identity(device, inode));
        assertEquals(4, mbox.open().snapshot().count());
        assertEquals(other, mbox.text());
        assertEquals(List.of(journal), journals().names());
        mbox.files().mailbox(torn);
        mbox.open();
        assertEquals(TWO + THREE, mbox.text());
        assertEquals(List.of(), journals().names());
    }

    @Test
    void whatWasNeverAJournalIsRemoved() throws Exception {
        journals().put(".new-1-2", mbox.files().newFile(new byte[9]));
        mbox.replaceFormat();
        mbox.open();
        assertEquals(List.of(), journals().names());
    }

    @Test
    void aJournalThatCannotBeReadKeepsTheMailboxShut() throws Exception {
        for (Errno errno : List.of(Errno.EIO, Errno.EACCES)) {
            String torn = mbox.text();
            mbox.storage().faults().fail(CallKind.OPEN, 1, errno);
            MailboxException failed = mbox.failsToOpen();
            assertEquals(Kind.UNAVAILABLE, failed.kind());
            assertTrue(failed.getMessage().contains("mbox-journal"), failed.getMessage());
            assertEquals(torn, mbox.text());
            mbox.storage().faults().clear();
        }
        mbox.open();
        assertEquals(TWO + THREE, mbox.text());
    }

    @Test
    void aDirectoryThatOthersCanWriteIsNotUsed() throws Exception {
        journals().self().permissions(0770);
        mbox.replaceFormat();
        assertTrue(mbox.failsToOpen().getMessage().contains("chmod 700"));
        journals().self().permissions(0700).owner(0);
        assertTrue(mbox.failsToOpen().getMessage().contains("chown"));
    }

    @Test
    void whoeverHoldsALockIsWaitedFor() throws Exception {
        try (FileHandle other = mbox.file().open(true)) {
            other.tryLock(LockMode.SHARED, Set.of(LockKind.FCNTL));
            assertEquals(Kind.IN_USE, mbox.failsToOpen().kind());
        }
        mbox.open();
        assertEquals(TWO + THREE, mbox.text());
    }

    @Test
    void failuresOfTheMendingAreMendedNextTime() throws Exception {
        mbox.file().append(Scans.octets(NEW));
        int failures = 0;
        for (int n = 1; n < 100; n++) {
            mbox.storage().faults().clear();
            mbox.storage().faults().failAny(n, Errno.EIO);
            try {
                mbox.open().close();
                break;
            } catch (MailboxException failed) {
                failures++;
            }
        }
        assertTrue(failures > 3);
        mbox.storage().faults().clear();
        mbox.open();
        assertEquals(TWO + THREE + NEW, mbox.text());
        assertThrows(IndexOutOfBoundsException.class, () -> mbox.open().read(3));
    }
}
