package org.postern.mailbox.maildir.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException.Kind;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;
import org.postern.testkit.memory.CallKind;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.Operations;

class MaildirFormatTest {
    private static final byte[] MESSAGE = {'a', '\n'};

    private final MemoryMaildir maildir = new MemoryMaildir();

    @Test
    void defaultsAreInForceWithoutAFile() {
        MaildirFormat format = format(Map.of());
        assertEquals(List.of(), format.problems());
        assertEquals("org.postern.mailbox.maildir", format.pid());
    }

    @Test
    void valuesOfTheContractAreAccepted() {
        assertEquals(
                List.of(),
                format(
                                Map.of(
                                        "uniqueIds", "postern",
                                        "durability", "process",
                                        "locks", "flock, fcntl",
                                        "lockTimeout", "0",
                                        "indexMemory", "0"))
                        .problems());
    }

    @Test
    void idsOfServersOfMaildirsAreAccepted() {
        for (String rule : List.of("auto", "postern", "dovecot", "courier", "qmail")) {
            assertEquals(List.of(), format(Map.of("uniqueIds", rule)).problems());
        }
        List<ConfigurationProblem> problems = format(Map.of("uniqueIds", "popa3d")).problems();
        assertEquals(1, problems.size());
        assertEquals("uniqueIds", problems.get(0).key());
        assertTrue(problems.get(0).remedy().contains("auto, postern, dovecot, courier, qmail"));
    }

    @Test
    void badValuesAndUnknownKeysAreRefused() {
        for (Map<String, Object> bad :
                List.<Map<String, Object>>of(
                        Map.of("uniqueIds", "serial"),
                        Map.of("durability", "none"),
                        Map.of("locks", "dotlock"),
                        Map.of("lockTimeout", "-1"),
                        Map.of("lockTimeout", "301"),
                        Map.of("indexMemory", "-1"),
                        Map.of("indexMemory", "24m"),
                        Map.of("durabilty", "power"))) {
            assertEquals(1, format(bad).problems().size(), bad.toString());
        }
    }

    @Test
    void nothingIsOpenedWithoutAConfigurationInForce() {
        MaildirFormat format = format(Map.of("durability", "none"));
        maildir.deliver(MESSAGE);
        assertEquals(
                Kind.UNAVAILABLE,
                Operations.fails(
                                format.open(
                                        maildir.storage(), MailboxBounds.NONE, Optional.empty()),
                                maildir.clock)
                        .kind());
        format.configure(Map.of());
        assertEquals(List.of(), format.problems());
        format.configure(Map.of("durability", "none"));
        assertEquals(1, format.problems().size(), "the last good one stays in force");
        format.open(maildir.storage(), MailboxBounds.NONE, Optional.empty()).close();
    }

    @Test
    void directoriesAreSyncedAsDurabilitySays() throws Exception {
        assertTrue(syncs("power") > 0);
        assertEquals(0, syncs("process"));
    }

    private int syncs(String durability) throws Exception {
        MemoryMaildir account = new MemoryMaildir();
        for (int i = 0; i < 4; i++) {
            account.deliver(MESSAGE);
        }
        MemoryMailStorage storage = account.storage();
        MaildirFormat format = format(Map.of("durability", durability));
        try (var mailbox =
                Operations.finish(
                        format.open(storage, MailboxBounds.NONE, Optional.empty()),
                        account.clock)) {
            BitSet first = new BitSet();
            first.set(0, 2);
            Operations.finish(mailbox.expunge(first), account.clock);
            Operations.finish(mailbox.acknowledge(), account.clock);
        }
        return storage.faults().count(CallKind.SYNC_DIRECTORY);
    }

    @Test
    void anotherFormatsSessionIsNotResumed() {
        MailboxSnapshot mbox =
                MailboxSnapshot.builder()
                        .add(
                                new StoredMessage(
                                        new UniqueId("x"),
                                        1,
                                        new StoredAt.Range(0, 1, 1, 0),
                                        MessageSizes.LINES,
                                        false,
                                        Set.of(),
                                        Optional.empty()))
                        .build();
        assertEquals(
                Kind.CHANGED,
                Operations.fails(
                                maildir.format()
                                        .open(
                                                maildir.storage(),
                                                MailboxBounds.NONE,
                                                Optional.of(mbox)),
                                maildir.clock)
                        .kind());
    }

    @Test
    void storageOfAnotherFormatIsRefused() {
        assertEquals(
                Kind.NOT_PERMITTED,
                Operations.fails(
                                maildir.format()
                                        .open(
                                                MemoryMailStorage.mbox(maildir.files),
                                                MailboxBounds.NONE,
                                                Optional.empty()),
                                maildir.clock)
                        .kind());
    }

    @Test
    void deliveriesHaveNamesThatAreFitDistinctAndInOrder() {
        DeliveryNames names = new DeliveryNames(maildir.clock);
        FileName first = names.next();
        assertNotEquals(first, names.next());
        assertTrue(first.length() <= UniqueId.MAX_LENGTH);
        maildir.clock.set(1_700_000_000_009_999_000L);
        FileName early = names.next();
        assertTrue(early.toString().startsWith("1700000000.M009999P"), early.toString());
        maildir.clock.set(1_700_000_000_010_000_000L);
        assertTrue(early.compareTo(names.next()) < 0);
    }

    private static MaildirFormat format(Map<String, Object> properties) {
        return new MemoryMaildir(properties).format();
    }
}
