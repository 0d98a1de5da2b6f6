package org.postern.sasl.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.config.Settings;
import org.postern.api.posix.Posix;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * org.postern.sasl.cfg, for the mechanisms in which no backend says no. Without a good file, or
 * without its key, SCRAM is not offered; failures are answered at the last good or the usual times.
 */
@Component(
        service = {SaslSettings.class, ConfigurationStatus.class},
        configurationPid = SaslSettings.PID)
@Designate(ocd = SaslSettings.Config.class)
public final class SaslSettings implements ConfigurationStatus {
    static final String PID = "org.postern.sasl";

    /** What {@code doveadm pw} has without a number, and the least that RFC 7677 allows. */
    static final int DEFAULT_ITERATIONS = 4096;

    /** As many as auth-virtual takes in a verifier. */
    static final int MAX_ITERATIONS = 600_000;

    private static final Logger LOG = LoggerFactory.getLogger(SaslSettings.class);
    private static final Configuration USUAL =
            new Configuration(Duration.ofSeconds(1), DEFAULT_ITERATIONS, Path.of(""));

    /** What can be configured, for tools; {@code parse} reads it. */
    @ObjectClassDefinition(name = "Postern SASL", description = "SASL mechanisms")
    @interface Config {
        @AttributeDefinition(
                description =
                        "Milliseconds after which a failed login by SCRAM or EXTERNAL is answered")
        int failureDelay() default 1000;

        @AttributeDefinition(
                description = "The iteration count that names without a verifier are given")
        int scramIterations() default DEFAULT_ITERATIONS;

        @AttributeDefinition(
                description =
                        "The absolute path of the key of their salts, made if it is not there")
        String saltKey();
    }

    private record Configuration(Duration failureDelay, int iterations, Path saltKey) {}

    private final Posix posix;
    private final SecureRandom random;
    private final ScheduledExecutorService timer;
    private final LiveConfiguration<Configuration> configuration =
            new LiveConfiguration<>(
                    PID, SaslSettings::parse, problem -> LOG.error("{}", problem.toString()));
    private final FailureTimes failures;
    private final ScramServer scram;
    private volatile Optional<Decoys> decoys = Optional.empty();

    /**
     * @param posix files
     * @param properties raw, so that a bad value can be told from an absent one
     */
    @Activate
    public SaslSettings(@Reference Posix posix, Map<String, Object> properties) {
        this(posix, new SecureRandom(), newTimer(), System::nanoTime, properties);
    }

    SaslSettings(
            Posix posix,
            SecureRandom random,
            ScheduledExecutorService timer,
            LongSupplier nanos,
            Map<String, Object> properties) {
        this.posix = posix;
        this.random = random;
        this.timer = timer;
        this.failures = new FailureTimes(() -> inForce().failureDelay(), timer, nanos);
        this.scram = new ScramServer(() -> decoys, () -> inForce().iterations(), failures, random);
        modified(properties);
    }

    private static ScheduledExecutorService newTimer() {
        return new ScheduledThreadPoolExecutor(
                1,
                task -> {
                    Thread thread = new Thread(task, "postern-sasl-failures");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    private static Configuration parse(Settings settings) {
        Path key =
                settings.requiredFile(
                        "saltKey", "wants the absolute path of the file with the salts' key");
        return new Configuration(
                Duration.ofMillis(settings.integer("failureDelay", 1000, 10, 10_000)),
                settings.integer(
                        "scramIterations", DEFAULT_ITERATIONS, DEFAULT_ITERATIONS, MAX_ITERATIONS),
                key);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        if (!configuration.update(properties)) {
            return;
        }
        try {
            byte[] key = new SaltKeyFile(posix, inForce().saltKey(), random).read();
            decoys = Optional.of(new Decoys(key));
        } catch (SaltKeyProblem problem) {
            // Not with the old one: it is to be in the file, or the next start has another.
            decoys = Optional.empty();
            LOG.error("SCRAM is not offered: {}", problem.getMessage());
        }
    }

    private Configuration inForce() {
        return configuration.current().orElse(USUAL);
    }

    FailureTimes failures() {
        return failures;
    }

    ScramServer scram() {
        return scram;
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
        // Who waits for a no is answered by who began the exchange: this bundle is leaving.
        timer.shutdownNow();
    }
}
