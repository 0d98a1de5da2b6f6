package org.postern.benchmarks.suite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProcessorsTest {

    @Test
    void guestsAreCountedOnce() throws IOException {
        assertEquals(new Processors(36, 8), Processors.parse("cpu  1 2 3 4 5 6 7 8 1000 1000"));
    }

    @Test
    void theStolenPartIsThatOfTheTimeBetween() {
        Processors then = new Processors(100, 50);
        assertEquals(0.25, new Processors(200, 75).stolenSince(then));
        assertEquals(0, then.stolenSince(then));
    }

    @Test
    void oldKernelsHaveNothingStolen() throws IOException {
        assertEquals(new Processors(10, 0), Processors.parse("cpu 1 2 3 4"));
    }

    @Test
    void thisMachineHasDoneSomething() throws IOException {
        assertTrue(Processors.now().all() > 0);
    }

    @Test
    void anythingElseIsAnError() {
        assertThrows(IOException.class, () -> Processors.parse("cpu one two"));
    }
}
