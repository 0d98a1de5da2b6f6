package org.postern.hostile;

import java.util.ArrayList;
import java.util.List;

/** What a server did, against what it must do. */
public final class Findings {
    private final List<Check> checks = new ArrayList<>();

    /** Whether something holds. What a server does not offer can neither hold nor fail. */
    public enum Verdict {
        PASSED,
        FAILED,
        NOT_OFFERED
    }

    /**
     * @param what the server must do
     * @param detail what it did
     */
    public record Check(String what, Verdict verdict, String detail) {}

    void check(String what, boolean holds, Object detail) {
        checks.add(
                new Check(what, holds ? Verdict.PASSED : Verdict.FAILED, String.valueOf(detail)));
    }

    void notOffered(String what) {
        checks.add(new Check(what, Verdict.NOT_OFFERED, ""));
    }

    public List<Check> checks() {
        return List.copyOf(checks);
    }

    boolean failed() {
        return checks.stream().anyMatch(check -> check.verdict() == Verdict.FAILED);
    }

    boolean attacked() {
        return checks.stream().anyMatch(check -> check.verdict() != Verdict.NOT_OFFERED);
    }
}
