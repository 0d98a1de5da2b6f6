package org.postern.access.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postern.testkit.auth.ManualTime;

class NamedServicesTest {
    private static final String KEY = "postern.name";

    private final ManualTime time = new ManualTime();
    private final NamedServices<String> services = new NamedServices<>(KEY, time::nanos);

    private void bind(String service, String name, long id, int ranking) {
        services.bind(service, Services.properties(KEY, name, id, ranking));
    }

    private void unbind(long id) {
        assertTrue(services.unbind(Services.properties(id, 0), Duration.ZERO));
    }

    private String current(String name) {
        return services.current(name).map(Leased::service).orElse("none");
    }

    @Test
    void theHighestRankingCountsAndThenTheOldest() {
        bind("old", "a", 1, 0);
        bind("young", "a", 2, 0);
        assertEquals("old", current("a"));
        bind("high", "a", 3, 5);
        assertEquals("high", current("a"));
        unbind(3);
        assertEquals("old", current("a"));
        services.update(Services.properties(KEY, "a", 2, 7));
        assertEquals("young", current("a"));
        unbind(1);
        unbind(2);
        assertEquals(Optional.empty(), services.current("a"));
    }

    @Test
    void aServiceWithoutANameIsNobodys() {
        services.bind("nameless", Map.of("service.id", 1L));
        assertEquals("none", current(""));
    }

    @Test
    void absenceCountsFromTheFirstQuestionOrFromTheDeparture() {
        time.advance(Duration.ofSeconds(5));
        assertEquals(Duration.ZERO, services.missingFor("a"));
        time.advance(Duration.ofSeconds(2));
        assertEquals(Duration.ofSeconds(2), services.missingFor("a"));
        bind("service", "a", 1, 0);
        assertEquals(Duration.ZERO, services.missingFor("a"));
        time.advance(Duration.ofSeconds(2));
        unbind(1);
        time.advance(Duration.ofSeconds(1));
        assertEquals(Duration.ofSeconds(1), services.missingFor("a"));
    }

    @Test
    void rememberedAbsencesAreBounded() {
        for (int i = 0; i < 1000; i++) {
            services.missingFor("name" + i);
        }
        assertEquals(Duration.ofNanos(Long.MAX_VALUE), services.missingFor("another"));
        assertEquals(Duration.ZERO, services.missingFor("name0"));
    }

    @Test
    void arrivalsAreToldOnceToThoseWhoWaitForThatName() {
        List<String> told = new ArrayList<>();
        services.whenPresent("a", () -> told.add("a"));
        services.whenPresent("b", () -> told.add("b"));
        services.whenPresent("a", () -> told.add("cancelled")).cancel();
        bind("service", "a", 1, 0);
        bind("second", "a", 2, 9);
        assertEquals(List.of("a"), told);
        services.whenPresent("a", () -> told.add("at once"));
        assertEquals(List.of("a", "at once"), told);
    }
}
