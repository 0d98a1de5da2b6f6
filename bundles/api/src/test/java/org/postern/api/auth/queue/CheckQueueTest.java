package org.postern.api.auth.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.postern.api.net.Source;

class CheckQueueTest {
    private static final int OFFICE = 1_000_000;

    private long now;
    private final CheckQueue queue = new CheckQueue(new CheckBounds(4, 64), () -> now);

    /** What runs, in the order in which it began. */
    private final List<Asked> running = new ArrayList<>();

    private final List<Asked> dropped = new ArrayList<>();

    private final class Asked implements Check {
        private final String name;
        private Turn turn;
        private Place place;

        Asked(String name) {
            this.name = name;
        }

        @Override
        public void begin(Turn given) {
            turn = given;
            running.add(this);
        }

        @Override
        public void dropped(String reason) {
            dropped.add(this);
        }

        void over(CheckResult result) {
            running.remove(this);
            turn.over(result);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Asked ask(InetAddress source, String name) {
        Asked asked = new Asked(name);
        asked.place = queue.enter(source, asked);
        return asked;
    }

    private Asked ask(int source) {
        return ask(source, "");
    }

    private Asked ask(int source, String what) {
        return ask(ipv4(source), source + what);
    }

    private void finishOne(CheckResult result) {
        running.get(0).over(result);
    }

    private void finishAll(CheckResult result) {
        while (!running.isEmpty()) {
            finishOne(result);
        }
    }

    private List<String> names(List<Asked> asked) {
        return asked.stream().map(Asked::toString).toList();
    }

    private static InetAddress ipv4(int number) {
        return address((byte) 10, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number);
    }

    private static InetAddress address(byte... octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    @Test
    void soManyRunAndTheOthersWait() {
        for (int i = 0; i < 4; i++) {
            ask(i);
        }
        assertEquals(4, queue.running());
        Asked fifth = ask(5);
        assertEquals(1, queue.waiting());
        assertFalse(running.contains(fifth));
        finishOne(CheckResult.ACCEPTED);
        assertTrue(running.contains(fifth));
        assertEquals(4, queue.running());
        assertEquals(0, queue.waiting());
    }

    @Test
    void aTurnThatIsOverTwiceFreesOnePlace() {
        Asked first = ask(1);
        first.over(CheckResult.NONE);
        first.turn.over(CheckResult.NONE);
        for (int i = 0; i < 5; i++) {
            ask(i);
        }
        assertEquals(4, queue.running());
        assertEquals(1, queue.waiting());
    }

    @Test
    void sourcesTakeTurnsHoweverManyOfOneWait() {
        for (int i = 0; i < 30; i++) {
            ask(1, "." + i);
        }
        ask(2, ".0");
        ask(2, ".1");
        ask(3, ".0");
        for (int i = 0; i < 7; i++) {
            finishOne(CheckResult.NONE);
        }
        // Four of source 1 ran before anybody else came.
        assertEquals(List.of("1.5", "2.1", "1.6", "1.7"), names(running));
    }

    @Test
    void guessersFromAThousandSourcesLeaveANewcomerHisTurn() {
        CheckQueue wide = new CheckQueue(new CheckBounds(2, 1_024), () -> now);
        List<Asked> order = new ArrayList<>();
        List<Asked> refused = new ArrayList<>();
        Map<Asked, Turn> turns = new HashMap<>();
        class Guess implements Check {
            private final Asked name;

            Guess(String name) {
                this.name = new Asked(name);
            }

            @Override
            public void begin(Turn turn) {
                order.add(name);
                turns.put(name, turn);
            }

            @Override
            public void dropped(String reason) {
                refused.add(name);
            }
        }
        for (int round = 0; round < 5; round++) {
            for (int source = 0; source < 1_000; source++) {
                wide.enter(ipv4(source), new Guess("guess"));
            }
            for (int i = 0; i < 500; i++) {
                turns.remove(order.remove(0)).over(CheckResult.DECLINED);
            }
        }
        // All have failed by now, and their lines are full.
        while (wide.waiting() < 1_024) {
            wide.enter(ipv4(wide.waiting() % 1_000), new Guess("guess"));
        }
        wide.enter(ipv4(OFFICE), new Guess("newcomer"));
        int waited = 0;
        while (names(order).stream().noneMatch("newcomer"::equals)) {
            turns.remove(order.remove(0)).over(CheckResult.DECLINED);
            assertTrue(++waited <= 4, "turns that the newcomer waited");
        }
        assertTrue(names(refused).stream().noneMatch("newcomer"::equals));
    }

    @Test
    void aSourceThatLoggedInGoesBeforeStrangersWhoComeAllAtOnce() {
        ask(OFFICE).over(CheckResult.ACCEPTED);
        for (int i = 0; i < 60; i++) {
            ask(i);
        }
        Asked regular = ask(OFFICE);
        finishOne(CheckResult.NONE);
        finishOne(CheckResult.NONE);
        assertTrue(running.contains(regular));
    }

    @Test
    void whatFailedLeavesAShareOfWhatRunsToOthers() {
        for (int i = 0; i < 4; i++) {
            ask(i).over(CheckResult.DECLINED);
        }
        for (int i = 0; i < 4; i++) {
            ask(i);
        }
        assertEquals(3, queue.running(), "one of four is kept");
        ask(5);
        assertEquals(4, queue.running());
        ask(6);
        assertEquals(2, queue.waiting());
    }

    @Test
    void whatFailedIsServedInItsTurnAllTheSame() {
        ask(1).over(CheckResult.DECLINED);
        for (int i = 10; i < 40; i++) {
            ask(i);
        }
        Asked failed = ask(1);
        for (int i = 0; i < 3; i++) {
            finishOne(CheckResult.NONE);
        }
        assertTrue(running.contains(failed), "after one turn of each other kind");
    }

    @Test
    void whoIsWaitingWhenHisSourceFailsWaitsAmongThoseThatFailed() {
        for (int i = 0; i < 8; i++) {
            ask(1, "." + i);
        }
        finishAll(CheckResult.DECLINED);
        assertEquals(0, queue.waiting());
        for (int i = 0; i < 8; i++) {
            ask(1, "." + i);
        }
        assertEquals(3, queue.running());
        ask(2);
        assertEquals(4, queue.running());
    }

    @Test
    void aFailureFadesInAMinute() {
        ask(1).over(CheckResult.DECLINED);
        now = Standings.FAILURE_FADES.toNanos() - 1;
        for (int i = 0; i < 4; i++) {
            ask(1);
        }
        assertEquals(3, queue.running());
        running.clear();
        now++;
        ask(1);
        assertEquals(4, queue.running());
    }

    @Test
    void anOfficeThatLogsInMayMistype() {
        ask(OFFICE).over(CheckResult.ACCEPTED);
        for (int i = 0; i < Standings.FORGIVEN; i++) {
            ask(OFFICE).over(CheckResult.DECLINED);
        }
        for (int i = 0; i < 4; i++) {
            ask(OFFICE);
        }
        assertEquals(4, queue.running());
        finishAll(CheckResult.NONE);
        ask(OFFICE).over(CheckResult.DECLINED);
        for (int i = 0; i < 4; i++) {
            ask(OFFICE);
        }
        assertEquals(3, queue.running(), "once more is guessing");
        now += Duration.ofMinutes(1).toNanos();
        ask(OFFICE);
        assertEquals(4, queue.running());
    }

    @Test
    void aGoodSourceIsAStrangerAfterAnHour() {
        ask(OFFICE).over(CheckResult.ACCEPTED);
        now = Standings.GOOD_LASTS.toNanos();
        ask(OFFICE).over(CheckResult.DECLINED);
        for (int i = 0; i < 4; i++) {
            ask(OFFICE);
        }
        assertEquals(3, queue.running());
    }

    @Test
    void aV6NetworkIsOneSourceAndAMappedAddressIsItsV4One() throws Exception {
        ask(InetAddress.getByName("2001:db8:0:1::1"), "a").over(CheckResult.DECLINED);
        for (int i = 1; i <= 4; i++) {
            ask(InetAddress.getByName("2001:db8:0:1:ffff::" + i), "b");
        }
        assertEquals(3, queue.running());
        ask(InetAddress.getByName("2001:db8:0:2::1"), "c");
        assertEquals(4, queue.running());
    }

    @Test
    void oneSourceHasHalfOfThePlacesAtMost() {
        for (int i = 0; i < 4 + 32; i++) {
            ask(1);
        }
        assertEquals(32, queue.waiting());
        assertEquals(List.of(), dropped);
        Asked oneMore = ask(1);
        assertEquals(List.of(oneMore), dropped);
        ask(2);
        assertEquals(33, queue.waiting());
    }

    @Test
    void whereThereIsNoRoomTheNewestOfTheLongestLineGoes() {
        for (int i = 0; i < 4; i++) {
            ask(9);
        }
        for (int i = 0; i < 32; i++) {
            ask(1, "." + i);
        }
        for (int i = 0; i < 31; i++) {
            ask(2, "." + i);
        }
        ask(3);
        assertEquals(64, queue.waiting());
        assertEquals(List.of(), dropped);
        ask(4);
        assertEquals(List.of("1.31"), names(dropped));
        ask(3, ".second");
        assertEquals(List.of("1.31", "1.30"), names(dropped));
        assertEquals(64, queue.waiting());
    }

    @Test
    void whereAllHaveOneWhoCameFirstStays() {
        for (int i = 0; i < 68; i++) {
            ask(i);
        }
        assertEquals(List.of(), dropped);
        Asked late = ask(100);
        assertEquals(List.of(late), dropped);
    }

    @Test
    void aBetterSourceFindsRoomAmongWorseOnesThatHaveOneEach() {
        ask(OFFICE).over(CheckResult.ACCEPTED);
        ask(0).over(CheckResult.DECLINED);
        for (int i = 10; i < 13; i++) {
            ask(i);
        }
        ask(0);
        for (int i = 20; i < 84; i++) {
            ask(i);
        }
        assertEquals(64, queue.waiting());
        Asked regular = ask(OFFICE);
        assertFalse(dropped.contains(regular));
        assertEquals(1, dropped.size());
        Asked failed = ask(0, ".late");
        assertEquals(List.of(failed), dropped.subList(1, 2));
    }

    @Test
    void whoLeavesIsNotCalledAndMakesRoom() {
        for (int i = 0; i < 4; i++) {
            ask(i);
        }
        Asked leaving = ask(5);
        Asked next = ask(6);
        assertTrue(leaving.place.leave());
        assertFalse(leaving.place.leave());
        assertEquals(1, queue.waiting());
        finishOne(CheckResult.NONE);
        assertTrue(running.contains(next));
        assertFalse(next.place.leave(), "it has begun");
        finishAll(CheckResult.NONE);
        assertEquals(List.of(), dropped);
        assertEquals(0, queue.running());
    }

    @Test
    void aQueueOfChecksThatAreOverAtOnceIsNoRecursion() {
        for (int i = 0; i < 4; i++) {
            ask(1);
        }
        CheckQueue deep = new CheckQueue(new CheckBounds(1, 100_000), () -> now);
        List<Turn> held = new ArrayList<>();
        deep.enter(ipv4(1), check(held::add));
        int[] begun = new int[1];
        for (int i = 0; i < 50_000; i++) {
            deep.enter(
                    ipv4(2),
                    check(
                            turn -> {
                                begun[0]++;
                                turn.over(CheckResult.NONE);
                            }));
        }
        held.get(0).over(CheckResult.NONE);
        assertEquals(50_000, begun[0]);
        assertEquals(0, deep.running());
    }

    private static Check check(Consumer<Turn> begin) {
        return new Check() {
            @Override
            public void begin(Turn turn) {
                begin.accept(turn);
            }

            @Override
            public void dropped(String reason) {
                throw new AssertionError(reason);
            }
        };
    }

    @Test
    void aCheckThatFailsToBeginIsDroppedAndHoldsNobodyUp() {
        List<String> reasons = new ArrayList<>();
        Check broken =
                new Check() {
                    @Override
                    public void begin(Turn turn) {
                        throw new NoClassDefFoundError("gone");
                    }

                    @Override
                    public void dropped(String reason) {
                        reasons.add(reason);
                    }
                };
        for (int i = 0; i < 10; i++) {
            queue.enter(ipv4(i), broken);
        }
        assertEquals(10, reasons.size());
        assertEquals(0, queue.running());
        ask(1);
        assertEquals(1, running.size());
    }

    @Test
    void changedBoundsHoldAtOnceAndEndNothing() {
        for (int i = 0; i < 10; i++) {
            ask(i);
        }
        queue.resize(new CheckBounds(6, 64));
        assertEquals(6, queue.running());
        queue.resize(new CheckBounds(1, 2));
        assertEquals(6, queue.running());
        assertEquals(4, queue.waiting());
        Asked late = ask(20);
        assertEquals(List.of(late), dropped);
        for (int i = 0; i < 5; i++) {
            finishOne(CheckResult.NONE);
        }
        assertEquals(1, queue.running());
        assertEquals(4, queue.waiting());
    }

    @Test
    void aSingleOneIsKeptFromNobody() {
        CheckQueue narrow = new CheckQueue(new CheckBounds(1, 2), () -> now);
        List<Turn> turns = new ArrayList<>();
        narrow.enter(ipv4(1), check(turns::add));
        turns.get(0).over(CheckResult.DECLINED);
        narrow.enter(ipv4(1), check(turns::add));
        assertEquals(2, turns.size());
        assertThrows(IllegalArgumentException.class, () -> new CheckBounds(0, 2));
        assertThrows(IllegalArgumentException.class, () -> new CheckBounds(1, 1));
    }

    @Test
    void theMemoryOfSourcesIsBoundedAndFailuresDriveOutNoGoodOne() {
        Standings standings = new Standings(() -> now);
        standings.note(Source.of(ipv4(OFFICE)), CheckResult.ACCEPTED);
        for (int i = 0; i < 1_000_000; i++) {
            standings.note(Source.of(ipv4(i)), CheckResult.DECLINED);
        }
        assertEquals(Standings.MOST + 1, standings.entries());
        assertEquals(Standing.GOOD, standings.of(Source.of(ipv4(OFFICE))));
    }

    @Test
    void anySequenceKeepsTheBounds() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        CheckResult[] results = CheckResult.values();
        List<Asked> asked = new ArrayList<>();
        for (int step = 0; step < 50_000; step++) {
            int what = random.nextInt(10);
            if (what < 5) {
                asked.add(ask(random.nextInt(40)));
            } else if (what < 9 && !running.isEmpty()) {
                running.get(random.nextInt(running.size()))
                        .over(results[random.nextInt(results.length)]);
            } else if (!asked.isEmpty()) {
                asked.remove(random.nextInt(asked.size())).place.leave();
            }
            now += random.nextInt(1_000_000_000);
            assertEquals(running.size(), queue.running(), "seed " + seed);
            assertTrue(queue.running() <= 4 && queue.waiting() <= 64, "seed " + seed);
        }
        for (Asked one : asked) {
            one.place.leave();
        }
        finishAll(CheckResult.NONE);
        assertEquals(0, queue.running() + queue.waiting(), "seed " + seed);
    }
}
