package org.postern.helper.client.internal;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;

/** What is known of the helper, from whoever asked it last. A change is logged once. */
final class HelperState {
    // How old an answer may be, and how often at most the helper is asked for another.
    private static final long STALE_NANOS = 2_000_000_000L;
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final ProblemLog log;
    private final LongSupplier nanoClock;
    private HelperStatus status = new HelperStatus(false, Set.of(), "not asked yet");
    // Whether the methods were asked for, and not found out from logins that were answered.
    private boolean methodsKnown;
    private boolean asked;
    private boolean wanted;
    private long known;
    private long begun;

    HelperState(ProblemLog log, LongSupplier nanoClock) {
        this.log = log;
        this.nanoClock = nanoClock;
    }

    synchronized HelperStatus status() {
        return status;
    }

    /** Whether the helper is to be asked now; then the next answer is no for a second. */
    synchronized boolean beginToAsk() {
        long now = nanoClock.getAsLong();
        boolean fresh = methodsKnown && status.reachable() && now - known < STALE_NANOS;
        if (fresh || (asked && now - begun < PAUSE_NANOS)) {
            return false;
        }
        asked = true;
        begun = now;
        return true;
    }

    /** It said what it allows. */
    synchronized void allows(HelperSocket helper, Set<HelperMethod> methods) {
        methodsKnown = true;
        EnumSet<HelperMethod> missing = EnumSet.allOf(HelperMethod.class);
        missing.removeAll(methods);
        String detail = "postern-helper at " + helper.path() + " allows " + names(methods);
        if (!missing.isEmpty()) {
            detail += "; helper.conf does not allow " + names(missing);
        }
        change(new HelperStatus(true, methods, detail));
    }

    /** It decided about a login by this method, which it therefore allows. */
    synchronized void decided(HelperSocket helper, HelperMethod method) {
        if (status.reachable() && status.methods().contains(method)) {
            // Whether it still allows the others is as old as before.
            return;
        }
        methodsKnown = false;
        Set<HelperMethod> methods = EnumSet.of(method);
        methods.addAll(status.methods());
        change(
                new HelperStatus(
                        true,
                        methods,
                        "postern-helper at " + helper.path() + " allows " + names(methods)));
    }

    /** It cannot be asked. */
    synchronized void unreachable(String reason) {
        change(new HelperStatus(false, Set.of(), reason));
    }

    /** Another socket: what was known is of another helper. */
    synchronized void forget() {
        asked = false;
        methodsKnown = false;
        status = new HelperStatus(false, Set.of(), "not asked yet");
    }

    private void change(HelperStatus now) {
        known = nanoClock.getAsLong();
        if (!now.equals(status)) {
            tell(now);
        }
        status = now;
    }

    /**
     * Somebody needs it: a backend or a listener. Until then its absence is no problem, and a
     * server of virtual users alone does not complain of it at each start.
     */
    synchronized void want() {
        if (!wanted) {
            wanted = true;
            if (asked && known != 0 && !status.reachable()) {
                tell(status);
            }
        }
    }

    private void tell(HelperStatus news) {
        if (news.reachable()) {
            log.info(news.detail());
        } else if (wanted) {
            log.error("the helper cannot be asked: " + news.detail());
        }
    }

    /** Why a login by this method got no verdict. */
    synchronized String unavailable(HelperMethod method) {
        if (methodsKnown && status.reachable() && !status.methods().contains(method)) {
            return "helper.conf does not allow "
                    + name(method)
                    + ": add it to \"methods\" there, or take the backend out of org.postern.auth";
        }
        return "the helper could not check a password by " + name(method) + ": see its log";
    }

    private static String names(Set<HelperMethod> methods) {
        return methods.isEmpty()
                ? "nothing"
                : methods.stream()
                        .sorted()
                        .map(HelperState::name)
                        .collect(Collectors.joining(", "));
    }

    private static String name(HelperMethod method) {
        return method.name().toLowerCase(Locale.ROOT);
    }
}
