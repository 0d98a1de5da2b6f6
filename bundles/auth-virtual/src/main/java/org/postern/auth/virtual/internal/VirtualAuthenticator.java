package org.postern.auth.virtual.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.AuthenticatorStatus;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.queue.CheckBounds;
import org.postern.api.auth.queue.CheckQueue;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.config.Settings;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorageProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The backend {@code virtual}. Declines and never refuses: the next backend may know the name. */
@Component(
        service = {Authenticator.class, ConfigurationStatus.class, VirtualAuthenticator.class},
        immediate = true,
        configurationPid = VirtualAuthenticator.PID,
        property = Authenticator.NAME + "=" + VirtualAuthenticator.BACKEND)
@Designate(ocd = VirtualAuthenticator.Config.class)
public final class VirtualAuthenticator implements Authenticator, ConfigurationStatus {
    static final String PID = "org.postern.auth.virtual";
    static final String BACKEND = "virtual";

    private static final Logger LOG = LoggerFactory.getLogger(VirtualAuthenticator.class);
    private static final int CHECKS = 2;
    private static final int CHECKS_WAITING = 1_024;
    private static final int MOST_CHECKS = 64;
    private static final int MOST_WAITING = 100_000;
    // What waits, waits for its turn before; this is for looks at the file, and never full of
    // checks.
    private static final int QUEUE = 256;
    private static final String STOPPING = "the backend is being stopped";
    private static final Duration LOOK_AT_FILE = Duration.ofSeconds(1);

    /** What can be configured, for tools; {@code parse} reads it. */
    @ObjectClassDefinition(
            name = "Postern virtual users",
            description = "Users in a passwd-like file")
    @interface Config {
        @AttributeDefinition(description = "The users file's absolute path")
        String users();

        @AttributeDefinition(description = "Milliseconds after which a failed login is answered")
        int failureDelay() default 1000;

        @AttributeDefinition(description = "Passwords checked at once")
        int checks() default CHECKS;

        @AttributeDefinition(description = "Checks that wait for their turn, from everybody")
        int checksWaiting() default CHECKS_WAITING;
    }

    private record Configuration(Path users, Duration failureDelay, CheckBounds checks) {}

    private final Posix posix;
    private final CryptLibrary library;
    private final LongSupplier nanoClock;
    private final ScheduledExecutorService timer;
    private final ExecutorService workers;
    private final CheckQueue checks;
    private final AtomicReference<MailStorageProvider> storage = new AtomicReference<>();
    private final LiveConfiguration<Configuration> configuration =
            new LiveConfiguration<>(
                    PID,
                    VirtualAuthenticator::parse,
                    problem -> LOG.error("{}", problem.toString()));
    private final Set<PasswordCheck> underWay = ConcurrentHashMap.newKeySet();
    private volatile Optional<UsersSource> source = Optional.empty();
    private volatile boolean stopped;

    /**
     * @param posix files and crypt(3)
     * @param properties raw, so that a bad value can be told from an absent one
     */
    @Activate
    public VirtualAuthenticator(@Reference Posix posix, Map<String, Object> properties) {
        this(
                posix,
                System::nanoTime,
                newTimer(),
                new ThreadPoolExecutor(
                        CHECKS,
                        MOST_CHECKS,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(QUEUE),
                        named("postern-auth-virtual")),
                properties);
    }

    VirtualAuthenticator(
            Posix posix,
            LongSupplier nanoClock,
            ScheduledExecutorService timer,
            ExecutorService workers,
            Map<String, Object> properties) {
        this.posix = posix;
        this.library = new CryptLibrary(posix);
        this.nanoClock = nanoClock;
        this.timer = timer;
        this.workers = workers;
        this.checks = new CheckQueue(new CheckBounds(CHECKS, CHECKS_WAITING), nanoClock);
        modified(properties);
        var unused =
                timer.scheduleWithFixedDelay(
                        this::lookAtFile,
                        LOOK_AT_FILE.toNanos(),
                        LOOK_AT_FILE.toNanos(),
                        TimeUnit.NANOSECONDS);
    }

    private static ScheduledExecutorService newTimer() {
        ScheduledThreadPoolExecutor timer =
                new ScheduledThreadPoolExecutor(1, named("postern-auth-virtual-timer"));
        // Otherwise each login stays in memory until its deadline.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private static Configuration parse(Settings settings) {
        return new Configuration(
                settings.requiredFile("users", "wants the absolute path of the users file"),
                Duration.ofMillis(settings.integer("failureDelay", 1000, 10, 10_000)),
                new CheckBounds(
                        settings.integer("checks", CHECKS, 1, MOST_CHECKS),
                        settings.integer("checksWaiting", CHECKS_WAITING, 2, MOST_WAITING)));
    }

    @Modified
    void modified(Map<String, Object> properties) {
        if (!configuration.update(properties)) {
            return;
        }
        checkAtOnce(configuration.current().orElseThrow().checks());
        Path path = configuration.current().orElseThrow().users();
        if (source.isEmpty() || !source.get().path().equals(path.toString())) {
            UsersSource changed = new UsersSource(posix, path, library);
            changed.refresh();
            // A path that leads to no good file is no reason to lock out those who are known.
            if (changed.current().isPresent() || source.isEmpty()) {
                source = Optional.of(changed);
            } else {
                LOG.error("{} stays in force instead of {}", source.get().path(), changed.path());
            }
        }
    }

    private void checkAtOnce(CheckBounds bounds) {
        // The pool's own queue is never full of checks, so these are all the threads there are.
        if (workers instanceof ThreadPoolExecutor pool) {
            pool.setCorePoolSize(bounds.running());
        }
        checks.resize(bounds);
    }

    private void lookAtFile() {
        try {
            source.ifPresent(file -> workers.execute(file::refresh));
        } catch (RejectedExecutionException busy) {
            LOG.debug("the users file is looked at when there is time");
        }
    }

    @Reference(
            service = MailStorageProvider.class,
            target = "(postern.storage=local)",
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindStorage(MailStorageProvider provider) {
        storage.set(provider);
    }

    void unbindStorage(MailStorageProvider provider) {
        storage.compareAndSet(provider, null);
    }

    @Override
    public AuthenticationAttempt authenticate(AuthenticationRequest request) {
        Duration delay =
                configuration
                        .current()
                        .map(Configuration::failureDelay)
                        .orElse(Duration.ofSeconds(1));
        PasswordCheck check = new PasswordCheck(request, delay, timer, nanoClock);
        Optional<UsersSource> users = source;
        AuthenticatorStatus status = status();
        if (users.isEmpty() || !status.usable()) {
            check.giveUp(status.detail());
            return check;
        }
        underWay.add(check);
        var unused = check.outcome().whenComplete((answer, failure) -> underWay.remove(check));
        check.begin(checks, workers, users.get(), this::mail);
        if (stopped) {
            check.giveUp(STOPPING);
        }
        return check;
    }

    /** The file that users come from, if one is configured. */
    Optional<UsersSource> source() {
        return source;
    }

    /** The way to the mail of somebody, for who has logged in. */
    MailAccess mail(User who, User whose) {
        return new VirtualMail(
                whose.mail(),
                () -> Optional.ofNullable(storage.get()),
                nanoClock,
                () -> {
                    if (!who.name().equals(whose.name())) {
                        LOG.info("{} acts for {}", who.name(), whose.name());
                    }
                });
    }

    @Override
    public AuthenticatorStatus status() {
        if (source.isEmpty()) {
            return new AuthenticatorStatus(
                    false, "no users file: put " + PID + ".cfg right (see the log)");
        }
        UsersSource file = source.get();
        if (storage.get() == null) {
            return new AuthenticatorStatus(
                    false, "no local mail storage: install postern-storage-local");
        }
        String count =
                file.current()
                        .map(users -> users.count() + " users from " + file.path())
                        .orElse("");
        if (file.problem().isEmpty()) {
            return new AuthenticatorStatus(file.current().isPresent(), count);
        }
        return new AuthenticatorStatus(
                file.current().isPresent(),
                count.isEmpty() ? file.problem() : count + "; refused since: " + file.problem());
    }

    @Override
    public String pid() {
        return configuration.pid();
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }

    @Deactivate
    void deactivate() {
        stopped = true;
        // Who still waits is answered: no worker and no timer will.
        underWay.forEach(check -> check.giveUp(STOPPING));
        workers.shutdownNow();
        timer.shutdownNow();
    }
}
