package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** A test that found every difference to be noise would prove nothing. */
class LoginTimesTest {
    private static LoginTimes shiftedBy(double millis) {
        Random random = new Random(5);
        double[] first = new double[2000];
        double[] second = new double[2000];
        for (int i = 0; i < first.length; i++) {
            first[i] = 80 + Math.exp(random.nextGaussian());
            second[i] = 80 + Math.exp(random.nextGaussian()) + millis;
        }
        return new LoginTimes(first, second, random);
    }

    @Test
    void noiseIsNoDifference() {
        LoginTimes times = shiftedBy(0);
        assertTrue(times.alike(0.5), times.toString());
        assertFalse(times.toString().contains("more than noise"), times.toString());
    }

    @Test
    void aMillisecondIsADifferenceEitherWay() {
        for (double millis : new double[] {1, -1}) {
            LoginTimes times = shiftedBy(millis);
            assertFalse(times.alike(0.5), times.toString());
            assertTrue(times.toString().contains("more than noise"), times.toString());
        }
    }
}
