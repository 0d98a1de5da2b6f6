package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.postern.pop3.internal.Language.ENGLISH;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.postern.api.session.SessionEnd;
import org.postern.testkit.protocol.ProtocolContract;
import org.postern.testkit.protocol.Transcript;

class Pop3SessionTest {

    @Test
    void unfinishedLinesAreNotExecuted() {
        Pop3World world = new Pop3World().login();
        world.say("DELE 1");
        world.connection.receive("QUIT").settle();
        assertEquals("", world.connection.takeOutput());
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(6, world.mailboxes.messages().size());
    }

    @Test
    void nothingIsSaidAboutTheServerBeforeALogin() {
        Pop3World world = new Pop3World();
        String said = world.connect() + world.say("CAPA", "HELP", "VERSION");
        assertTrue(said.startsWith("+OK Postern ready\r\n"), said);
        assertTrue(!said.contains("IMPLEMENTATION") && !said.contains("1."), said);
    }

    @Test
    void longListingsNeitherFillTheMemoryNorHoldUpTheLoop() {
        int messages = 100_000;
        Pop3World world =
                new Pop3World(Collections.nCopies(messages, "x\n".getBytes(Transcript.OCTETS)));
        world.login();
        world.connection.stallReader().receive("LIST\r\nUIDL\r\nSTAT\r\n").settle();
        assertTrue(world.connection.mostWaiting() <= ProtocolContract.MOST_WAITING);
        for (int reads = 0; reads < 1000 && world.connection.paused(); reads++) {
            world.connection.read(50_000).settle();
        }
        world.connection.readAll().settle();
        String output = world.connection.takeOutput();
        List<String> lines = Arrays.asList(output.split("\r\n"));
        assertEquals(2 * (messages + 2) + 1, lines.size());
        assertEquals("1 3", lines.get(1));
        assertEquals("100000 3", lines.get(messages));
        assertEquals(".", lines.get(messages + 1));
        assertEquals(Reply.OK.in(ENGLISH), lines.get(messages + 2));
        assertEquals("100000 id-100000", lines.get(2 * messages + 2));
        assertEquals("+OK 100000 300000 octets", lines.get(2 * messages + 4));
        assertTrue(world.connection.mostWaiting() <= ProtocolContract.MOST_WAITING);
    }

    @Test
    void oneBufferOfAListingATurn() {
        Pop3World world =
                new Pop3World(Collections.nCopies(100_000, "x\n".getBytes(Transcript.OCTETS)));
        world.login();
        world.connection.receive("LIST\r\n");
        world.connection.step();
        world.connection.step();
        int first = world.connection.takeOutput().length() + 65_536;
        assertTrue(first < 3 * 65_536, () -> "" + first);
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        assertEquals(0, world.held());
        assertEquals(0, world.connection.buffersHeld());
    }

    @Test
    void commandsOfWhoReadsNoRepliesAreNotExecuted() {
        Pop3World world = new Pop3World().login();
        world.connection.stallReader().receive("LIST 1\r\n".repeat(100_000)).settle();
        assertTrue(world.connection.paused());
        assertTrue(world.connection.mostWaiting() <= ProtocolContract.MOST_WAITING);
        for (int reads = 0; reads < 1000 && world.connection.paused(); reads++) {
            world.connection.read(50_000).settle();
        }
        world.connection.readAll().settle();
        assertEquals("+OK 1 199\r\n".repeat(100_000), world.connection.takeOutput());
    }

    @Test
    void repliesToPipelinedCommandsLeaveTogether() {
        Pop3World world = new Pop3World().login();
        world.connection.receive("NOOP\r\nNOOP\r\nLIST\r\nSTAT\r\n");
        world.connection.step();
        assertEquals(0, world.connection.buffersHeld());
        world.connection.step();
        assertTrue(world.connection.takeOutput().endsWith(".\r\n+OK 6 71151 octets\r\n"));
    }

    /** Random octets in random pieces: the same replies as in one, and nothing left open. */
    @Test
    void randomClientsAreAnsweredTheSameInAnyPieces() {
        long seed = System.nanoTime();
        System.out.println("Pop3SessionTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            byte[] octets = RandomLines.make(random, 60);
            String what = "seed " + seed + " round " + round;
            String whole = replies(octets, octets.length, what);
            assertEquals(whole, replies(octets, 1 + random.nextInt(50), what));
        }
    }

    private static String replies(byte[] octets, int pieces, String what) {
        Pop3World world = new Pop3World();
        // Whole messages, some first octets, or none lie in memory: the same replies again.
        world.mailboxes.cached = new long[] {0, 50, Long.MAX_VALUE}[pieces % 3];
        world.mailboxes.apart = pieces % 2 == 0;
        world.connect();
        for (int from = 0; from < octets.length; from += pieces) {
            world.connection.receive(
                    Arrays.copyOfRange(octets, from, Math.min(octets.length, from + pieces)));
            world.connection.settle();
        }
        String replies = world.connection.takeOutput();
        Optional<SessionEnd> end = world.connection.ended();
        world.connection.end(SessionEnd.DISCONNECTED).settle();
        world.finish();
        assertEquals(0, world.held(), what);
        assertEquals(0, world.connection.buffersHeld(), what);
        assertEquals(0, world.connection.timers(), what);
        return end + replies;
    }
}
