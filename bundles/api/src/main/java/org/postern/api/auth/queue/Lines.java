package org.postern.api.auth.queue;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import org.postern.api.net.Source;

/**
 * Who waits: one line for each source, the lines in one ring for each {@link Standing}, the rings
 * in turn. So a source waits for one check of each other source of its ring at most, and a ring for
 * one check of each other ring, however many wait there. For one thread.
 *
 * @param <W> what waits
 */
final class Lines<W> {
    private static final Standing[] RINGS = Standing.values();

    private final Map<Source, Line<W>> lines = new HashMap<>();
    private final Map<Standing, LinkedHashSet<Line<W>>> rings = new EnumMap<>(Standing.class);
    private int size;
    private int turn;

    private static final class Line<W> {
        private final Source source;
        private final Deque<W> waiting = new ArrayDeque<>(2);
        private Standing standing;

        Line(Source source, Standing standing) {
            this.source = source;
            this.standing = standing;
        }
    }

    /** The next one and the standing of its source. */
    record Next<W>(W waiter, Standing standing) {}

    Lines() {
        for (Standing standing : RINGS) {
            rings.put(standing, new LinkedHashSet<>());
        }
    }

    int size() {
        return size;
    }

    /**
     * Adds one at the end of its source's line.
     *
     * @return who has no place any more: nobody, the newest of the longest line, or this one
     */
    Optional<W> add(Source source, Standing standing, W waiter, CheckBounds bounds) {
        Line<W> line = lines.get(source);
        int own = line == null ? 0 : line.waiting.size();
        if (own >= bounds.waitingPerSource()) {
            return Optional.of(waiter);
        }
        Optional<W> displaced = Optional.empty();
        if (size >= bounds.waiting()) {
            Optional<Line<W>> longest = victim(standing, own);
            if (longest.isEmpty()) {
                return Optional.of(waiter);
            }
            displaced = Optional.of(longest.get().waiting.peekLast());
            remove(longest.get().source, displaced.get());
        }
        append(source, standing, waiter);
        return displaced;
    }

    private void append(Source source, Standing standing, W waiter) {
        Line<W> line = lines.computeIfAbsent(source, absent -> new Line<>(source, standing));
        rings.get(line.standing).add(line);
        line.waiting.addLast(waiter);
        size++;
    }

    // Those of worse standing make room for better ones, and among equals who has more than one
    // beyond the newcomer's own. Where all have one each, who came first stays.
    private Optional<Line<W>> victim(Standing newcomer, int own) {
        for (int ring = RINGS.length - 1; ring >= newcomer.ordinal(); ring--) {
            Optional<Line<W>> longest = longest(RINGS[ring]);
            int spared = ring == newcomer.ordinal() ? own + 1 : 0;
            if (longest.isPresent() && longest.get().waiting.size() > spared) {
                return longest;
            }
        }
        return Optional.empty();
    }

    // Looks at every line, which are fewer than wait, and only when there is no room.
    private Optional<Line<W>> longest(Standing standing) {
        Line<W> longest = null;
        for (Line<W> line : rings.get(standing)) {
            if (longest == null || line.waiting.size() > longest.waiting.size()) {
                longest = line;
            }
        }
        return Optional.ofNullable(longest);
    }

    /** Takes out one that waits; false if it does not. */
    boolean remove(Source source, W waiter) {
        Line<W> line = lines.get(source);
        if (line == null || !line.waiting.remove(waiter)) {
            return false;
        }
        size--;
        if (line.waiting.isEmpty()) {
            lines.remove(source);
            rings.get(line.standing).remove(line);
        }
        return true;
    }

    /** Takes out the next one. */
    Optional<Next<W>> next(boolean failedToo) {
        for (int i = 0; i < RINGS.length; i++) {
            Standing standing = RINGS[(turn + i) % RINGS.length];
            Iterator<Line<W>> ring = rings.get(standing).iterator();
            if (ring.hasNext() && (failedToo || standing != Standing.FAILED)) {
                turn = standing.ordinal() + 1;
                Line<W> line = ring.next();
                ring.remove();
                return Optional.of(new Next<>(take(line), standing));
            }
        }
        return Optional.empty();
    }

    private W take(Line<W> line) {
        W waiter = line.waiting.removeFirst();
        size--;
        if (line.waiting.isEmpty()) {
            lines.remove(line.source);
        } else {
            rings.get(line.standing).add(line);
        }
        return waiter;
    }

    /** A source's standing is another one now; those of it who wait go on in that ring. */
    void move(Source source, Standing standing) {
        Line<W> line = lines.get(source);
        if (line != null && line.standing != standing) {
            rings.get(line.standing).remove(line);
            line.standing = standing;
            rings.get(standing).add(line);
        }
    }
}
