package org.postern.testkit.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.postern.api.posix.Errno;
import org.postern.api.storage.StorageException;

/**
 * What goes wrong in one storage and the handles that it gave out, and a record of their calls.
 * Ordinals count from the moment they are set: 1 is the next call.
 */
public final class Faults {
    private final List<Call> calls = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();
    private Consumer<Call> before = call -> {};
    private Consumer<Call> after = call -> {};
    private int longestRead = Integer.MAX_VALUE;
    private boolean struck;
    private boolean tearing;
    private boolean killed;
    private boolean inHook;

    /** A failure that is due: of a handle's call, of one entry of a batch, or of a whole call. */
    record Failure(Optional<Errno> errno, Optional<StorageException.Kind> kind, int octets) {}

    private static final class Fault {
        private final Predicate<Call> which;
        private final boolean repeats;
        private final Optional<Failure> failure;
        private final boolean torn;
        private int left;

        Fault(
                Predicate<Call> which,
                int ordinal,
                boolean repeats,
                Optional<Failure> failure,
                boolean torn) {
            if (ordinal < 1) {
                throw new IllegalArgumentException("ordinals count from 1");
            }
            this.which = which;
            this.left = ordinal;
            this.repeats = repeats;
            this.failure = failure;
            this.torn = torn;
        }

        boolean strikes(Call call) {
            if (left == 0 || !which.test(call)) {
                return false;
            }
            left--;
            if (left == 0 && repeats) {
                left = 1;
                return true;
            }
            return left == 0;
        }
    }

    Faults() {}

    /** Fails the n-th call of a kind. A batch's other entries are not affected. */
    public Faults fail(CallKind kind, int ordinal, Errno errno) {
        return add(call -> call.kind() == kind, ordinal, false, failure(errno));
    }

    /** Fails the n-th call of a kind, a batch as a whole: its entries before that one are done. */
    public Faults fail(CallKind kind, int ordinal, StorageException.Kind why) {
        Failure failure = new Failure(Optional.empty(), Optional.of(why), 0);
        return add(call -> call.kind() == kind, ordinal, false, failure);
    }

    /** Fails every call of a kind from now on. */
    public Faults failAll(CallKind kind, Errno errno) {
        return add(call -> call.kind() == kind, 1, true, failure(errno));
    }

    /** Fails the n-th call, whatever it is. */
    public Faults failAny(int ordinal, Errno errno) {
        return add(call -> true, ordinal, false, failure(errno));
    }

    /** The n-th write writes only its first octets and then fails. */
    public Faults shortWrite(int ordinal, int octets, Errno errno) {
        Failure failure = new Failure(Optional.of(errno), Optional.empty(), octets);
        return add(call -> call.kind() == CallKind.WRITE, ordinal, false, failure);
    }

    /** No read returns more than this. */
    public Faults shortReads(int atMost) {
        longestRead = atMost;
        return this;
    }

    /**
     * Kills the process just before the n-th call that {@link CallKind#changesFiles}: it and every
     * later one throw {@link KilledException} and do nothing.
     */
    public Faults killAt(int ordinal) {
        faults.add(
                new Fault(
                        call -> call.kind().changesFiles(),
                        ordinal,
                        false,
                        Optional.empty(),
                        false));
        return this;
    }

    /** As {@link #killAt}, but that call is done first; a write to its first half only. */
    public Faults tearAt(int ordinal) {
        faults.add(
                new Fault(
                        call -> call.kind().changesFiles(),
                        ordinal,
                        false,
                        Optional.empty(),
                        true));
        return this;
    }

    /**
     * As {@link #killAt}, but before the n-th call of any kind: between two syncs, for instance.
     */
    public Faults killAtAny(int ordinal) {
        faults.add(new Fault(call -> true, ordinal, false, Optional.empty(), false));
        return this;
    }

    /** Called before each call, and before its fault; may change files, not call the storage. */
    public Faults before(Consumer<Call> hook) {
        before = hook;
        return this;
    }

    /** Called after each call that had no fault. */
    public Faults after(Consumer<Call> hook) {
        after = hook;
        return this;
    }

    /** Forgets faults, hooks and recorded calls; who was killed stays dead. */
    public void clear() {
        calls.clear();
        faults.clear();
        before = call -> {};
        after = call -> {};
        longestRead = Integer.MAX_VALUE;
        struck = false;
    }

    /** Whether any fault has come to pass. */
    public boolean struck() {
        return struck;
    }

    /** Whether {@link #killAt} or {@link #tearAt} has struck. */
    public boolean killed() {
        return killed;
    }

    /** The calls so far, oldest first, failed ones too. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** How many calls of a kind there were. */
    public int count(CallKind kind) {
        return (int) calls.stream().filter(call -> call.kind() == kind).count();
    }

    /** How many calls could have changed a file. */
    public int changes() {
        return (int) calls.stream().filter(call -> call.kind().changesFiles()).count();
    }

    int longestRead() {
        return longestRead;
    }

    /** Records a call and answers what goes wrong with it, if anything does. */
    Optional<Failure> begin(Call call) {
        requireAlive();
        calls.add(call);
        run(before, call);
        for (Fault fault : faults) {
            if (fault.strikes(call)) {
                struck = true;
                if (fault.failure.isPresent()) {
                    return fault.failure;
                }
                if (!fault.torn) {
                    killed = true;
                    throw new KilledException();
                }
                tearing = true;
            }
        }
        return Optional.empty();
    }

    /** Whether the call that was just begun is the last one, to be done by half. */
    boolean tearing() {
        return tearing;
    }

    void end(Call call) {
        if (tearing) {
            tearing = false;
            killed = true;
            throw new KilledException();
        }
        run(after, call);
    }

    private void requireAlive() {
        // A torn call that failed by itself never came to its end.
        killed |= tearing;
        if (killed) {
            throw new KilledException();
        }
    }

    private void run(Consumer<Call> hook, Call call) {
        if (inHook) {
            throw new IllegalStateException("a hook called the storage that it hangs on");
        }
        inHook = true;
        try {
            hook.accept(call);
        } finally {
            inHook = false;
        }
    }

    private static Failure failure(Errno errno) {
        return new Failure(Optional.of(errno), Optional.empty(), 0);
    }

    private Faults add(Predicate<Call> which, int ordinal, boolean repeats, Failure failure) {
        faults.add(new Fault(which, ordinal, repeats, Optional.of(failure), false));
        return this;
    }
}
