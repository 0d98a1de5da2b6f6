package org.postern.mailbox.maildir.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.storage.MailDirectory;
import org.postern.testkit.mailbox.OpenedMailbox;

/**
 * Any octets as both lists. Without JAZZER_FUZZ=1 the build replays the corpus in the resources.
 */
class ForeignListFuzzTest {
    private static final List<String> NAMES =
            List.of("1700000001.M1P1.host", "1700000002.M2P1.host", "a", "a:2,S", "UID1-1", "x y");

    @FuzzTest(maxDuration = "50s")
    void everyMessageHasAFitIdOfItsOwn(byte[] list) throws Exception {
        for (String name : List.of("dovecot-uidlist", "courierpop3dsizelist")) {
            MemoryMaildir maildir = new MemoryMaildir();
            for (String message : NAMES) {
                maildir.put(
                        message.contains(":") ? MailDirectory.CUR : MailDirectory.NEW,
                        message,
                        new byte[] {'x'});
            }
            maildir.put(MailDirectory.ROOT, name, list);
            List<String> ids = ids(maildir);
            Set<String> distinct = new HashSet<>(ids);
            assertEquals(NAMES.size(), distinct.size(), "distinct");
            assertTrue(ids.stream().allMatch(UniqueId::isFit));
            assertEquals(ids, ids(maildir), "the same again");
        }
    }

    private static List<String> ids(MemoryMaildir maildir) throws Exception {
        try (OpenedMailbox opened = OpenedMailbox.open(maildir)) {
            return opened.ids();
        }
    }
}
