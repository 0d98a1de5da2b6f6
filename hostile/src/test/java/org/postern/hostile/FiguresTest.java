package org.postern.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A tool that could not find a server bad would prove nothing. */
class FiguresTest {
    private static Samples samples(int count, long nanos) {
        Samples samples = new Samples();
        for (int i = 0; i < count; i++) {
            samples.add(nanos + " ok");
        }
        return samples;
    }

    private static Findings findings(boolean holds) {
        Findings findings = new Findings();
        findings.check("it holds", holds, "");
        return findings;
    }

    private static Outcome outcome(Findings findings, Samples during, String afterwards) {
        return new Outcome(
                "x",
                findings,
                samples(20, 10_000_000),
                during,
                List.of(OptionalLong.empty(), OptionalLong.empty()),
                afterwards);
    }

    @Test
    void twiceAndFiftyMillisecondsIsTheBound() {
        assertTrue(outcome(findings(true), samples(20, 69_000_000), "").passed());
        Outcome slow = outcome(findings(true), samples(20, 70_000_000), "");
        assertFalse(slow.passed());
        assertTrue(slow.late());
    }

    @Test
    void theNinetyFifthPercentileCounts() {
        Samples during = samples(96, 10_000_000);
        for (int i = 0; i < 4; i++) {
            during.add("900000000 ok");
        }
        assertTrue(outcome(findings(true), during, "").passed());
        during.add("900000000 ok");
        during.add("900000000 ok");
        assertFalse(outcome(findings(true), during, "").passed());
    }

    @Test
    void aLoginThatFailedIsAFailure() {
        Samples during = samples(1000, 1);
        during.add("1 java.io.IOException: -ERR");
        Outcome outcome = outcome(findings(true), during, "");
        assertFalse(outcome.passed());
        assertFalse(outcome.late());
        assertTrue(outcome.table().contains("-ERR"));
        assertFalse(outcome(findings(true), new Samples(), "").passed());
        assertFalse(outcome(findings(true), samples(20, 1), "closed").passed());
    }

    @Test
    void whatIsNotOfferedHasNotPassed() {
        Findings none = new Findings();
        none.notOffered("STLS");
        assertTrue(outcome(none, new Samples(), "").table().contains("not offered"));
        assertFalse(outcome(none, new Samples(), "").table().contains("passed"));
        assertFalse(outcome(findings(false), samples(20, 1), "").passed());
    }

    @Test
    void addsUpTheGenerationsOfAHeap() {
        String info =
                """
                13782:
                 def new generation   total 19712K, used 14839K [0x1, 0x2, 0x3)
                  eden space 17536K,  82% used [0x1, 0x2, 0x3)
                 tenured generation   total 43712K, used 26368K [0x1, 0x2, 0x3)
                 Metaspace       used 58623K, committed 59840K, reserved 1114112K
                  class space    used 6615K, committed 7104K, reserved 1048576K
                """;
        assertEquals(OptionalLong.of(41207), Heap.used(info));
        assertEquals(OptionalLong.empty(), Heap.used("no such process"));
    }

    @Test
    void refusesACommandLineThatMakesNoSense() {
        for (String[] wrong :
                new String[][] {
                    {}, {"localhost"}, {"localhost", "110", "--tls"}, {"--x", "y", "z"}
                }) {
            assertThrows(IllegalArgumentException.class, () -> Options.parse(wrong));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> Options.parse(new String[] {"localhost", "110", "--tls", "some"}));
    }
}
