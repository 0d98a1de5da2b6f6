package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ceiling that follows from a process's descriptors. */
final class DescriptorsTest {
    @ParameterizedTest
    @CsvSource({
        "1048576, 10000",
        "62048, 10000",
        "62047, 9999",
        "16384, 2389",
        "4103, 342",
        "4102, 342",
        "4101, 342",
        "4096, 341",
        "1024, 85",
        "100, 16",
        "unlimited, 10000",
        "9999999999999999999999, 10000",
    })
    void leavesRoomForTheRest(String soft, int connections) {
        List<String> limits =
                List.of(
                        "Limit                     Soft Limit           Hard Limit           Units",
                        "Max processes             63287                63287            processes",
                        "Max open files            " + soft + "                 1048576  files");
        assertEquals(connections, Descriptors.connections(10_000, limits));
    }

    @Test
    void unknownIsNoLimit() {
        assertEquals(10_000, Descriptors.connections(10_000, List.of()));
    }

    @Test
    void thisProcessHasSome() {
        assertTrue(Descriptors.connections(10_000) >= 16);
    }
}
