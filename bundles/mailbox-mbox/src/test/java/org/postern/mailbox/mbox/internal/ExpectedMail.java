package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.postern.testkit.memory.MemoryFile;

/**
 * What a mailbox has to have in it after a crash, to the octet: the messages as they were, or those
 * that an update was to leave, and what was delivered since; of what nobody had synced, as much as
 * the power left.
 */
final class ExpectedMail {
    private final List<String> all = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    // How many of the last ones no sync has reached, and where they begin in the file.
    private int loose;
    private int looseFrom;
    // Whether that is where the file was cut, and no sync has reached the cut either.
    private boolean looseBehindCut;
    private long syncedSize;
    // Of what is left, what lies in front of a cut that was undone; negative if none was.
    private int beforeUndoneCut = -1;

    void add(String octets, boolean deleted) {
        all.add(octets);
        if (!deleted) {
            left.add(octets);
        }
    }

    /** Is about to be appended. */
    void deliver(String octets, MemoryFile file) {
        if (loose == 0) {
            looseFrom = (int) file.status().size();
            looseBehindCut = looseFrom < syncedSize;
        }
        loose++;
        add(octets, false);
    }

    /** What an agent writes first that begins a message behind an empty line. */
    String missingLineFeeds() {
        String last = left.stream().reduce("\n\n", (a, b) -> b.isEmpty() ? a : b);
        return last.endsWith("\n\n") ? "" : last.endsWith("\n") ? "\n" : "\n\n";
    }

    /** To be told after whatever may have synced it. */
    void look(MemoryFile file) {
        if (file.isSynced()) {
            loose = 0;
            syncedSize = file.status().size();
        }
    }

    void losePower(MemoryFile file, Runnable cut, String when) {
        String before = text(file);
        cut.run();
        String after = text(file);
        if (loose > 0) {
            String rest = after.substring(Math.min(looseFrom, after.length()));
            forgetLoose();
            if (isLeftOf(before.substring(looseFrom), rest)) {
                add(rest, false);
            } else {
                assertTrue(looseBehindCut, () -> when + ": other octets " + rest);
                beforeUndoneCut = beforeUndoneCut < 0 ? left.size() : beforeUndoneCut;
            }
        }
        look(file);
    }

    private void forgetLoose() {
        all.subList(all.size() - loose, all.size()).clear();
        left.subList(left.size() - loose, left.size()).clear();
    }

    private static boolean isLeftOf(String written, String rest) {
        boolean isLeft = rest.length() <= written.length();
        for (int i = 0; isLeft && i < rest.length(); i++) {
            isLeft = rest.charAt(i) == 0 || rest.charAt(i) == written.charAt(i);
        }
        return isLeft;
    }

    /**
     * @param done whether somebody was told that the update is
     */
    void check(MemoryFile file, boolean done, String when) {
        String text = text(file);
        if (beforeUndoneCut >= 0) {
            checkBehindUndoneCut(text, when);
        } else if (done || !text.equals(String.join("", all))) {
            assertEquals(String.join("", left), text, when);
        }
    }

    /**
     * Whoever delivers behind an unsynced cut may find both, if the power fails, in what the cut
     * had taken away: a file system that keeps the one and not the other mixes them. Nothing can be
     * said of the octets there, but that no other mail is lost.
     */
    private void checkBehindUndoneCut(String text, String when) {
        String before = String.join("", left.subList(0, beforeUndoneCut));
        assertTrue(text.startsWith(before), () -> when + ": " + text);
        int at = before.length();
        for (String later : left.subList(beforeUndoneCut, left.size())) {
            at = text.indexOf(later, at);
            assertTrue(at >= 0, () -> when + ": " + later + " is not in " + text);
            at += later.length();
        }
    }

    /** Whether its journal may be kept aside: the octets of a file that is mixed are nobody's. */
    boolean mayBeForeign() {
        return beforeUndoneCut >= 0;
    }

    static String text(MemoryFile file) {
        return new String(file.content(), StandardCharsets.ISO_8859_1);
    }
}
