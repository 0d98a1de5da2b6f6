package org.postern.api.helper;

import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;

/**
 * What the backends that ask the helper have in common: one method, a name, one key {@code
 * timeout}, and a helper client that may come and go. It declines and never refuses: the helper
 * does not say whether a name is its own.
 *
 * <p>A client that is bound before the old one is unbound, as a greedy dynamic reference does it,
 * gets every login from then on; the old one is kept until its own have been answered, for {@link
 * #PATIENCE} at most.
 */
public final class HelperBackend {
    /** How long a helper client that leaves is kept by logins under way. */
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The longest {@code timeout}, in seconds: no mail client waits for more. */
    public static final int MOST_SECONDS = 60;

    private static final String NO_CLIENT = "no helper client: install postern-helper-client";

    private final HelperMethod method;
    private final String name;
    private final LiveConfiguration<Duration> timeout;
    private final IdentityHashMap<Helper, LeasedHelper> bound = new IdentityHashMap<>();
    private volatile Optional<LeasedHelper> current = Optional.empty();

    /**
     * @param method how the helper is to check
     * @param seconds the default of {@code timeout}
     * @param report told each problem of the configuration once, for the log
     */
    public HelperBackend(HelperMethod method, int seconds, Consumer<ConfigurationProblem> report) {
        this.method = method;
        this.name = method.name().toLowerCase(Locale.ROOT);
        this.timeout =
                new LiveConfiguration<>(
                        "org.postern.auth." + name,
                        settings -> settings.seconds("timeout", seconds, 1, MOST_SECONDS),
                        report);
    }

    /** Takes up changed properties, or keeps the last good ones. */
    public void configure(Map<String, ?> properties) {
        timeout.update(properties);
    }

    /** What was refused, and of which file. */
    public ConfigurationStatus configuration() {
        return timeout;
    }

    /** From now on this client is asked. */
    public synchronized void bind(Helper helper) {
        LeasedHelper leased = new LeasedHelper(helper);
        bound.put(helper, leased);
        current = Optional.of(leased);
    }

    /**
     * This client is asked no more. Waits for the logins that it is at, up to {@link #PATIENCE};
     * those that are left then end as unavailable.
     */
    public void unbind(Helper helper) {
        unbind(helper, PATIENCE);
    }

    void unbind(Helper helper, Duration patience) {
        LeasedHelper leaving;
        synchronized (this) {
            leaving = bound.remove(helper);
            if (current.isPresent() && current.get() == leaving) {
                current = Optional.empty();
            }
        }
        if (leaving != null) {
            leaving.retire(patience);
        }
    }

    /**
     * Asks the helper, as {@link org.postern.api.auth.Authenticator#authenticate} does. The
     * deadline is the sooner of the request's and the configured one.
     */
    public AuthenticationAttempt authenticate(AuthenticationRequest request) {
        Optional<Duration> longest = timeout.current();
        if (longest.isEmpty()) {
            return HelperAttempt.answered(new Unavailable(notConfigured()));
        }
        HelperAttempt attempt = new HelperAttempt(this::explain);
        Optional<LeasedHelper> helper = current;
        if (helper.isEmpty() || !helper.get().lease(attempt)) {
            return HelperAttempt.answered(new Unavailable(NO_CLIENT));
        }
        attempt.begin(
                () ->
                        helper.get()
                                .helper()
                                .authenticate(method, name, within(longest.get(), request)));
        return attempt;
    }

    private static AuthenticationRequest within(Duration longest, AuthenticationRequest request) {
        Duration asked = request.deadline();
        return request.within(asked.compareTo(longest) < 0 ? asked : longest);
    }

    // The helper does not say that a method is not allowed: its own reason may be another one.
    private String explain(String reason) {
        try {
            return current.map(leased -> leased.helper().status())
                    .filter(this::doesNotAllow)
                    .map(status -> notAllowed())
                    .orElse(reason);
        } catch (RuntimeException | LinkageError gone) {
            return reason;
        }
    }

    /** Whether a login could be accepted now, and if not, what to do about it. */
    public AuthenticatorStatus status() {
        Optional<LeasedHelper> helper = current;
        if (timeout.current().isEmpty()) {
            return new AuthenticatorStatus(false, notConfigured());
        }
        if (helper.isEmpty()) {
            return new AuthenticatorStatus(false, NO_CLIENT);
        }
        HelperStatus status = helper.get().helper().status();
        if (doesNotAllow(status)) {
            return new AuthenticatorStatus(false, notAllowed());
        }
        return new AuthenticatorStatus(status.reachable(), status.detail());
    }

    private boolean doesNotAllow(HelperStatus status) {
        return status.reachable() && !status.methods().contains(method);
    }

    private String notConfigured() {
        return "put " + timeout.pid() + ".cfg right (see the log)";
    }

    private String notAllowed() {
        String remedy = "helper.conf does not allow " + name + ": add it to `methods`";
        return method == HelperMethod.VHOME
                ? remedy + ", and say in `vhome` where the virtual hosts are"
                : remedy;
    }
}
