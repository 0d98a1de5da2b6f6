package org.postern.listener.internal;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postern.api.check.Finding;
import org.postern.api.check.StartupCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the startup check says about one listener. Without the check it stays closed: an attacker
 * who can keep a bundle from starting must not gain by it.
 */
final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    /** Findings in a report; the log has them all. */
    private static final int SHOWN = 20;

    private final String listener;
    private final Swappable<StartupCheck> check;
    private final Duration patience;
    private final long began = System.nanoTime();
    private List<Finding> said = List.of();
    private List<Finding> warned = List.of();
    private boolean saidAsWarning;
    private boolean saidMissing;

    /**
     * @param patience how long bundles may take to start, before their absence is an error
     */
    Startup(String listener, Swappable<StartupCheck> check, Duration patience) {
        this.listener = listener;
        this.check = check;
        this.patience = patience;
    }

    /** Why the port must not be opened now, in one line; what it says is in the log already. */
    synchronized Optional<String> objection(StartupMode mode) {
        boolean warns = mode == StartupMode.WARN;
        warn();
        Optional<List<Finding>> found;
        try {
            found = check.call(StartupCheck::look);
        } catch (RuntimeException | LinkageError broken) {
            found =
                    Optional.of(
                            List.of(
                                    new Finding(
                                            "the startup check",
                                            "failed: " + broken.getClass().getName(),
                                            "bundle:restart org.postern.startup.check")));
        }
        if (found.isEmpty()) {
            return missing(warns);
        }
        List<Finding> findings = found.get();
        if (!findings.equals(said) || warns != saidAsWarning) {
            said = List.copyOf(findings);
            saidAsWarning = warns;
            findings.forEach(finding -> log(warns, finding.toString()));
        }
        return warns || findings.isEmpty() ? Optional.empty() : Optional.of(text(findings));
    }

    // No reason to stay closed.
    private void warn() {
        try {
            List<Finding> found = check.call(StartupCheck::warnings).orElse(List.of());
            if (!found.equals(warned)) {
                warned = List.copyOf(found);
                found.forEach(finding -> LOG.warn("listener {}: {}", listener, finding));
            }
        } catch (RuntimeException | LinkageError broken) {
            LOG.warn("the startup check failed: {}", broken.getClass().getName());
        }
    }

    private Optional<String> missing(boolean warns) {
        String text =
                "waits for the startup check: is the bundle org.postern.startup.check started?";
        if (System.nanoTime() - began < patience.toNanos()) {
            return Optional.of(text);
        }
        if (!saidMissing) {
            saidMissing = true;
            log(warns, text);
        }
        return warns ? Optional.empty() : Optional.of(text);
    }

    private void log(boolean warns, String text) {
        if (warns) {
            LOG.warn("listener {}: {}", listener, text);
        } else {
            LOG.error("listener {} stays closed: {}", listener, text);
        }
    }

    private static String text(List<Finding> findings) {
        StringBuilder text = new StringBuilder("closed by the startup check");
        findings.stream().limit(SHOWN).forEach(finding -> text.append(": ").append(finding));
        if (findings.size() > SHOWN) {
            text.append(": and ").append(findings.size() - SHOWN).append(" more, see the log");
        }
        return text.append(" (or set startupCheck = warn)").toString();
    }
}
