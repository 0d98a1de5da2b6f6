package org.postern.access.internal.auth;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.access.internal.AccessTimer;
import org.postern.access.internal.Leased;
import org.postern.access.internal.NamedServices;
import org.postern.access.internal.ServiceFaults;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.AccountOutcome;
import org.postern.api.auth.AccountRequest;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.Mechanism;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chain of authentication backends. Which are asked, in which order, is configuration; a change
 * counts for the next login. With a configuration that was never good nobody is asked and nobody
 * gets in.
 */
@Component(
        service = {Authentication.class, ConfigurationStatus.class},
        immediate = true,
        configurationPid = ChainConfiguration.PID,
        configurationPolicy = ConfigurationPolicy.OPTIONAL)
@Designate(ocd = AuthenticationChain.Config.class)
public final class AuthenticationChain implements Authentication, ConfigurationStatus {
    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationChain.class);

    private final LiveConfiguration<ChainConfiguration> configuration =
            new LiveConfiguration<>(
                    ChainConfiguration.PID,
                    ChainConfiguration::of,
                    problem -> LOG.error("{}", problem));
    private final NamedServices<Authenticator> backends;
    private final NamedServices<AccountLookup> lookups;
    private final ServedMechanisms byPassword = new ServedMechanisms();
    private final ServedMechanisms byLookup = new ServedMechanisms();
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;
    private final ServiceFaults faults;
    private final Set<ChainWalk<?, ?>> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** What org.postern.auth.cfg may say; for documentation, the strict reading is elsewhere. */
    @ObjectClassDefinition(name = "Postern: authentication")
    @interface Config {
        @AttributeDefinition(
                description = "Names of the backends, in the order in which they are asked")
        String[] backends() default {"virtual"};
    }

    @Activate
    public AuthenticationChain(Map<String, Object> properties) {
        this(properties, AccessTimer.start("postern-access"), System::nanoTime);
    }

    AuthenticationChain(
            Map<String, Object> properties, ScheduledExecutorService timer, LongSupplier nanos) {
        this.timer = timer;
        this.nanos = nanos;
        this.backends = new NamedServices<>(Authenticator.NAME, nanos);
        this.lookups = new NamedServices<>(Authenticator.NAME, nanos);
        this.faults = new ServiceFaults("authentication backend", nanos);
        modified(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configuration.update(properties);
    }

    @Deactivate
    void deactivate() {
        stopped = true;
        underWay.forEach(walk -> walk.stop("stopping"));
        timer.shutdownNow();
    }

    @Reference(
            service = Authenticator.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAuthenticator(Authenticator backend, Map<String, Object> properties) {
        byPassword.bind(properties);
        backends.bind(backend, properties);
    }

    void updatedAuthenticator(Authenticator backend, Map<String, Object> properties) {
        byPassword.update(properties);
        backends.update(properties);
    }

    void unbindAuthenticator(Authenticator backend, Map<String, Object> properties) {
        byPassword.unbind(properties);
        left(backends.unbind(properties, Leased.PATIENCE), properties);
    }

    // Bound before it is remembered, and the other way round when it goes: what it serves by
    // look-up
    // is never announced while nobody would be waited for.
    @Reference(
            service = AccountLookup.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindLookup(AccountLookup backend, Map<String, Object> properties) {
        lookups.bind(backend, properties);
        byLookup.bind(properties);
    }

    void updatedLookup(AccountLookup backend, Map<String, Object> properties) {
        lookups.update(properties);
        byLookup.update(properties);
    }

    void unbindLookup(AccountLookup backend, Map<String, Object> properties) {
        byLookup.unbind(properties);
        left(lookups.unbind(properties, Leased.PATIENCE), properties);
    }

    private static void left(boolean finished, Map<String, Object> properties) {
        if (!finished) {
            LOG.warn(
                    "authentication backend {} leaves with attempts that it did not finish",
                    properties.get(Authenticator.NAME));
        }
    }

    @Override
    public AuthenticationAttempt authenticate(
            AuthenticationRequest request, List<String> listenersOrder) {
        if (!Mechanism.WITH_PASSWORD.contains(request.mechanism())) {
            throw new IllegalArgumentException("no password comes by " + request.mechanism());
        }
        var walk =
                begin(
                        new PasswordQuestion(request),
                        request.deadline(),
                        order(listenersOrder),
                        this::checksPasswords,
                        backends);
        return new ChainAttempt(walk);
    }

    @Override
    public CompletionStage<AccountOutcome> find(
            AccountRequest request, List<String> listenersOrder) {
        return begin(
                        new LookupQuestion(request),
                        request.deadline(),
                        order(listenersOrder),
                        name -> looksUp(name, request.mechanism()),
                        lookups)
                .outcome();
    }

    private <S, A> ChainWalk<S, A> begin(
            ChainQuestion<S, A> question,
            Duration longest,
            List<String> order,
            Predicate<String> asked,
            NamedServices<S> services) {
        List<String> names = order.stream().filter(asked).toList();
        ChainWalk<S, A> walk =
                new ChainWalk<>(question, longest, names, services, timer, nanos, faults);
        if (order.isEmpty()) {
            walk.stop("org.postern.auth is not configured: see the problems in the log");
            return walk;
        }
        underWay.add(walk);
        var unused = walk.outcome().whenComplete((outcome, failure) -> underWay.remove(walk));
        try {
            walk.start();
        } catch (RejectedExecutionException stopping) {
            walk.stop("stopping");
        }
        if (stopped) {
            walk.stop("stopping");
        }
        return walk;
    }

    @Override
    public Set<Mechanism> mechanisms(List<String> listenersOrder) {
        List<String> order = order(listenersOrder);
        if (order.isEmpty()) {
            return Mechanism.WITH_PASSWORD;
        }
        Set<Mechanism> common = served(order.get(0));
        order.forEach(name -> common.retainAll(served(name)));
        common.add(Mechanism.PASSWORD);
        return Set.copyOf(common);
    }

    private Set<Mechanism> served(String name) {
        Set<Mechanism> served = new HashSet<>(byLookup.of(name).orElse(Set.of()));
        served.removeAll(Mechanism.WITH_PASSWORD);
        if (checksPasswords(name)) {
            Set<Mechanism> passwords =
                    new HashSet<>(byPassword.of(name).orElse(Mechanism.WITH_PASSWORD));
            passwords.retainAll(Mechanism.WITH_PASSWORD);
            served.addAll(passwords);
        }
        return served;
    }

    /** One that never was here may be anybody's; one that has no look-up knows nobody. */
    private boolean looksUp(String name, Mechanism mechanism) {
        return byLookup.of(name)
                .map(served -> served.contains(mechanism))
                .orElseGet(() -> byPassword.of(name).isEmpty());
    }

    private boolean checksPasswords(String name) {
        return byPassword.of(name).isPresent() || byLookup.of(name).isEmpty();
    }

    private List<String> order(List<String> listenersOrder) {
        return listenersOrder.isEmpty() ? backends() : List.copyOf(listenersOrder);
    }

    @Override
    public List<String> backends() {
        return configuration.current().map(ChainConfiguration::backends).orElse(List.of());
    }

    @Override
    public String pid() {
        return configuration.pid();
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }
}
