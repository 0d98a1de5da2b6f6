package org.postern.access.internal.sasl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.postern.access.internal.AccessTimer;
import org.postern.access.internal.NamedServices;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.Mechanism;
import org.postern.api.check.CheckContribution;
import org.postern.api.check.Finding;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.protocol.MailListener;
import org.postern.api.sasl.SaslMechanism;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which mechanisms a listener lists and cannot announce, because nobody provides them or one
 * of its backends does not serve them: clients just do not see them, so nobody else would say it.
 * What is found at two looks in a row is said once, until it is mended: a bundle that is being
 * updated is nobody's mistake.
 */
@Component(service = CheckContribution.class, immediate = true)
public final class ListedMechanisms implements CheckContribution {
    /** Longer than a bundle takes to be updated, with a second look. */
    static final Duration EVERY = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(ListedMechanisms.class);
    private static final Set<String> OF_OAUTH = Set.of("OAUTHBEARER", "XOAUTH2");

    private final Authentication authentication;
    private final ScheduledExecutorService timer;
    private final Consumer<Finding> told;
    private final List<MailListener> listeners = new CopyOnWriteArrayList<>();
    private final NamedServices<SaslMechanism> installed =
            new NamedServices<>(SaslMechanism.NAME, System::nanoTime);
    // Only looks, which come one after the other, change them.
    private List<Finding> before = List.of();
    private volatile List<Finding> warnings = List.of();

    @Activate
    public ListedMechanisms(@Reference Authentication authentication) {
        this(
                authentication,
                AccessTimer.start("postern-sasl-looks"),
                finding -> LOG.warn("SASL: {}", finding));
    }

    ListedMechanisms(
            Authentication authentication, ScheduledExecutorService timer, Consumer<Finding> told) {
        this.authentication = authentication;
        this.timer = timer;
        this.told = told;
        var unused =
                timer.scheduleWithFixedDelay(
                        this::tryToLook, EVERY.toNanos(), EVERY.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Deactivate
    void deactivate() {
        timer.shutdownNow();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addListener(MailListener listener) {
        listeners.add(listener);
    }

    void removeListener(MailListener listener) {
        listeners.remove(listener);
    }

    @Reference(
            service = SaslMechanism.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void addMechanism(SaslMechanism mechanism, Map<String, Object> properties) {
        installed.bind(mechanism, properties);
    }

    void removeMechanism(SaslMechanism mechanism, Map<String, Object> properties) {
        installed.unbind(properties, Duration.ZERO);
    }

    private void tryToLook() {
        try {
            look();
        } catch (RuntimeException | LinkageError leaving) {
            LOG.debug("a listener or the chain of backends is being taken away", leaving);
        }
    }

    private void look() {
        List<Finding> found = new ArrayList<>();
        listeners.forEach(
                listener -> listener.settings().ifPresent(settings -> look(settings, found)));
        List<Finding> lasting = found.stream().filter(before::contains).toList();
        lasting.stream().filter(finding -> !warnings.contains(finding)).forEach(told);
        before = found;
        warnings = lasting;
    }

    private void look(ListenerSettings settings, List<Finding> found) {
        List<String> backends =
                settings.backends().isEmpty() ? authentication.backends() : settings.backends();
        String file = "org.postern.listener~" + settings.name() + ".cfg";
        for (String name : settings.mechanisms()) {
            if (!installed.names().contains(name)) {
                found.add(
                        new Finding(
                                file,
                                "lists " + name + ", which no started bundle provides: not offered",
                                (OF_OAUTH.contains(name)
                                                ? "feature:install postern-sasl-oauth"
                                                : "start the bundle that has it")
                                        + ", or take it out of `mechanisms`"));
                continue;
            }
            List<String> without =
                    backends.stream().filter(backend -> !serves(backend, name)).toList();
            if (!without.isEmpty()) {
                found.add(
                        new Finding(
                                file,
                                "lists "
                                        + name
                                        + ", which these of its backends do not serve: "
                                        + String.join(", ", without)
                                        + ": not offered",
                                "give the listener `backends` that all serve it, or take it out of"
                                        + " `mechanisms`"));
            }
        }
    }

    private boolean serves(String backend, String mechanism) {
        return Mechanism.of(mechanism)
                .filter(authentication.mechanisms(List.of(backend))::contains)
                .isPresent();
    }

    @Override
    public List<Finding> warnings() {
        return warnings;
    }
}
