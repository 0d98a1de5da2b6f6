package org.postern.access.internal.auth;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;
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
import org.postern.access.internal.Leased;
import org.postern.access.internal.NamedServices;
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
    private final ScheduledExecutorService timer;
    private final LongSupplier nanos;
    private final BackendFaults faults;
    private final Set<ChainAttempt> underWay = ConcurrentHashMap.newKeySet();
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
        this(properties, newTimer(), System::nanoTime);
    }

    AuthenticationChain(
            Map<String, Object> properties, ScheduledExecutorService timer, LongSupplier nanos) {
        this.timer = timer;
        this.nanos = nanos;
        this.backends = new NamedServices<>(Authenticator.NAME, nanos);
        this.faults = new BackendFaults(nanos);
        modified(properties);
    }

    private static ScheduledExecutorService newTimer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "postern-access");
                            thread.setDaemon(true);
                            return thread;
                        });
        // Otherwise each login stays in memory, its secret with it, until its deadline.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configuration.update(properties);
    }

    @Deactivate
    void deactivate() {
        stopped = true;
        underWay.forEach(attempt -> attempt.stop("stopping"));
        timer.shutdownNow();
    }

    @Reference(
            service = Authenticator.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindAuthenticator(Authenticator backend, Map<String, Object> properties) {
        backends.bind(backend, properties);
    }

    void updatedAuthenticator(Authenticator backend, Map<String, Object> properties) {
        backends.update(properties);
    }

    void unbindAuthenticator(Authenticator backend, Map<String, Object> properties) {
        if (!backends.unbind(properties, Leased.PATIENCE)) {
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
        Optional<ChainConfiguration> current = configuration.current();
        List<String> order =
                listenersOrder.isEmpty()
                        ? current.map(ChainConfiguration::backends).orElse(List.of())
                        : List.copyOf(listenersOrder);
        ChainAttempt attempt = new ChainAttempt(request, order, backends, timer, nanos, faults);
        if (order.isEmpty()) {
            attempt.stop("org.postern.auth is not configured: see the problems in the log");
            return attempt;
        }
        underWay.add(attempt);
        var unused = attempt.outcome().whenComplete((outcome, failure) -> underWay.remove(attempt));
        try {
            attempt.start();
        } catch (RejectedExecutionException stopping) {
            attempt.stop("stopping");
        }
        if (stopped) {
            attempt.stop("stopping");
        }
        return attempt;
    }

    @Override
    public CompletionStage<AccountOutcome> find(AccountRequest request, List<String> order) {
        return CompletableFuture.completedStage(new AccountOutcome.None());
    }

    @Override
    public Set<Mechanism> mechanisms(List<String> order) {
        return Mechanism.WITH_PASSWORD;
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
