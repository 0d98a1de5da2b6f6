package org.postern.mailbox.maildir.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postern.api.mailbox.MessageFlag;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.posix.FileName;

class MaildirNameTest {

    @Test
    void baseEndsAtTheColon() {
        assertEquals(name("1.M2P3.host"), MaildirName.base(name("1.M2P3.host:2,FS")));
        assertEquals(name("1.M2P3.host"), MaildirName.base(name("1.M2P3.host")));
        assertEquals(name("1.h"), MaildirName.base(name("1.h:1,x:2,S")));
        assertEquals(name(":2,S"), MaildirName.base(name(":2,S")));
        assertEquals(name(":a"), MaildirName.base(name(":a:b")));
    }

    @Test
    void infoHasFlags() {
        assertEquals(
                Set.of(
                        MessageFlag.DRAFT,
                        MessageFlag.FLAGGED,
                        MessageFlag.PASSED,
                        MessageFlag.ANSWERED,
                        MessageFlag.SEEN,
                        MessageFlag.DELETED),
                MaildirName.flags(name("x:2,DFPRST")));
        assertEquals(Set.of(MessageFlag.SEEN), MaildirName.flags(name("x:2,abSz")));
        for (String none : new String[] {"x", "x:", "x:2", "x:2,", "x:1,S", ":2,S", "S"}) {
            assertEquals(Set.of(), MaildirName.flags(name(none)), none);
        }
    }

    @Test
    void messageOfNewGetsAnInfo() {
        assertEquals("x:2,", new String(MaildirName.seen(name("x")), ISO_8859_1));
        assertEquals("x:2,S", new String(MaildirName.seen(name("x:2,S")), ISO_8859_1));
        assertEquals(":2,S:2,", new String(MaildirName.seen(name(":2,S")), ISO_8859_1));
        assertEquals("x:1,y", new String(MaildirName.seen(name("x:1,y")), ISO_8859_1));
    }

    @Test
    void namesBeginWithTheTimeOfDelivery() {
        assertEquals(
                OptionalLong.of(1700000000), MaildirName.deliverySeconds(name("1700000000.x")));
        assertEquals(OptionalLong.of(7), MaildirName.deliverySeconds(name("0007")));
        assertEquals(OptionalLong.empty(), MaildirName.deliverySeconds(name("x17")));
        assertEquals(OptionalLong.empty(), MaildirName.deliverySeconds(name("-1")));
        assertEquals(
                OptionalLong.of(999999999999999999L),
                MaildirName.deliverySeconds(name("9".repeat(18))));
        assertEquals(OptionalLong.empty(), MaildirName.deliverySeconds(name("9".repeat(19))));
    }

    @Test
    void claimedSizesAreCompared() {
        FileName claims = name("1.host,S=10,W=12");
        assertFalse(MaildirName.claimsOther(claims, 'S', 10));
        assertTrue(MaildirName.claimsOther(claims, 'S', 11));
        assertFalse(MaildirName.claimsOther(claims, 'W', 12));
        assertTrue(MaildirName.claimsOther(claims, 'W', 10));
        assertFalse(MaildirName.claimsOther(name("1.host"), 'S', 10));
        assertFalse(MaildirName.claimsOther(name("1.host,S="), 'S', 10));
        assertFalse(MaildirName.claimsOther(name("1.host,S=x"), 'S', 10));
    }

    @Test
    void fitBaseIsTheUniqueId() {
        assertEquals("1.M2P3.host,S=4", UniqueIds.of(name("1.M2P3.host,S=4")).value());
        String longest = "x".repeat(UniqueId.MAX_LENGTH);
        assertEquals(longest, UniqueIds.of(name(longest)).value());
    }

    @Test
    void unfitBaseIsHashed() {
        for (String unfit : new String[] {"x".repeat(71), "a b", "a\nb", "\u00e9", "a\u007f"}) {
            String id = UniqueIds.of(name(unfit)).value();
            assertEquals(33, id.length());
            assertEquals('.', id.charAt(0), "no message's name begins so");
            assertNotEquals(id, UniqueIds.of(name(unfit + "x")).value());
        }
        assertEquals(
                ".c8687a08aa5d6ed2044328fa6a697ab8",
                UniqueIds.of(name("a b")).value(),
                "the same for ever, or clients fetch all mail again");
    }

    @Test
    void copiesHaveIdsOfTheirOwn() {
        FileName base = name("1.host");
        assertNotEquals(UniqueIds.of(base), UniqueIds.ofCopy(base, 1));
        assertNotEquals(UniqueIds.ofCopy(base, 2), UniqueIds.ofCopy(base, 1));
        assertEquals(UniqueIds.ofCopy(base, 1), UniqueIds.ofCopy(base, 1));
    }

    private static FileName name(String text) {
        return FileName.of(text.getBytes(ISO_8859_1));
    }
}
