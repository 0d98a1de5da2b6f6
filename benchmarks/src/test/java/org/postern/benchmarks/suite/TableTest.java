package org.postern.benchmarks.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table that could not say "not" would prove nothing. */
class TableTest {
    private static List<Sample> samples(Row row, String server, double... values) {
        List<Sample> samples = new ArrayList<>();
        for (int round = 0; round < values.length; round++) {
            samples.add(new Sample(row.key(), server, round, values[round]));
        }
        return samples;
    }

    private static String table(Row row, double[] ours, double[] slow, double[] fast) {
        List<Sample> all = new ArrayList<>(samples(row, "postern-mbox", ours));
        all.addAll(samples(row, "slow", slow));
        all.addAll(samples(row, "fast", fast));
        return new Table(all).markdown();
    }

    @Test
    void dividesByTheBest() {
        String more =
                table(
                        Row.SESSIONS_8,
                        new double[] {150, 160, 140},
                        new double[] {50, 60, 70},
                        new double[] {100, 90, 110});
        assertTrue(
                more.contains(
                        "| sessions/s, 8 clients | 150 [140..160] | fast 100 [90.0..110] | 1.50 [1.27..1.78] | 1.50 | 2.00 | passed |"),
                more);
        String less =
                table(
                        Row.OPEN_FIRST,
                        new double[] {150, 160, 140},
                        new double[] {50, 60, 70},
                        new double[] {100, 90, 110});
        assertTrue(less.contains("| slow 60.0 [50.0..70.0] | 2.50"), less);
        assertTrue(less.contains("**not**"), less);
    }

    @Test
    void tellsWhatIsReachedFromWhatIsNot() {
        double[] other = {100};
        assertFalse(table(Row.SESSIONS_1, new double[] {150}, other, other).contains("**not**"));
        assertTrue(table(Row.SESSIONS_1, new double[] {149}, other, other).contains("**not**"));
        assertFalse(table(Row.P99_32, new double[] {70}, other, other).contains("**not**"));
        assertTrue(table(Row.P99_32, new double[] {71}, other, other).contains("**not**"));
        assertTrue(table(Row.P99_32, new double[] {50}, other, other).contains("aim too"));
    }

    @Test
    void judgesWhatHasNoOtherByItself() {
        String table = new Table(samples(Row.REST, "postern-mbox", 201)).markdown();
        assertTrue(table.contains("| 201 [201..201] | - | - | 200 | 150 | **not** |"), table);
    }

    @Test
    void medianOfAnEvenCountIsBetweenTheTwo() {
        assertEquals(2.5, Spread.of(List.of(4.0, 1.0, 2.0, 3.0)).median());
    }
}
