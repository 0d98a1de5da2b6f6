package org.postern.access.internal.auth;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.access.internal.NamedServices;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.Mechanism;

/**
 * Which mechanisms backends serve, by name, and served last where they are away: what a client was
 * told it can do must not change because a bundle is being updated.
 */
final class ServedMechanisms {
    private static final Set<Mechanism> BY_DEFAULT = Set.of(Mechanism.PLAIN, Mechanism.LOGIN);

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Set<Mechanism>> last = new HashMap<>();

    synchronized void bind(Map<String, ?> properties) {
        entries.add(Entry.of(properties));
        elect();
    }

    synchronized void update(Map<String, ?> properties) {
        Entry changed = Entry.of(properties);
        entries.replaceAll(entry -> entry.id == changed.id ? changed : entry);
        elect();
    }

    synchronized void unbind(Map<String, ?> properties) {
        long id = NamedServices.id(properties);
        entries.removeIf(entry -> entry.id == id);
        elect();
    }

    /** What the backend of this name serves, or served last; empty if there never was one. */
    synchronized Optional<Set<Mechanism>> of(String name) {
        return Optional.ofNullable(last.get(name));
    }

    private void elect() {
        Map<String, Entry> elected = new HashMap<>();
        entries.forEach(entry -> elected.merge(entry.name, entry, Entry::higher));
        elected.forEach((name, entry) -> last.put(name, entry.mechanisms));
    }

    private record Entry(long id, String name, int ranking, Set<Mechanism> mechanisms) {
        static Entry of(Map<String, ?> properties) {
            Object name = properties.get(Authenticator.NAME);
            return new Entry(
                    NamedServices.id(properties),
                    name == null ? "" : name.toString(),
                    NamedServices.ranking(properties),
                    mechanisms(properties.get(Authenticator.MECHANISMS)));
        }

        Entry higher(Entry other) {
            boolean mine = ranking != other.ranking ? ranking > other.ranking : id < other.id;
            return mine ? this : other;
        }

        // A name that is none serves nobody, and what is left out is not offered.
        private static Set<Mechanism> mechanisms(Object property) {
            if (property == null) {
                return BY_DEFAULT;
            }
            Collection<?> names =
                    property instanceof Collection<?> many
                            ? many
                            : property instanceof Object[] array
                                    ? Arrays.asList(array)
                                    : List.of(property);
            Set<Mechanism> mechanisms = new HashSet<>();
            for (Object name : names) {
                Mechanism.of(name.toString()).ifPresent(mechanisms::add);
            }
            return Set.copyOf(mechanisms);
        }
    }
}
