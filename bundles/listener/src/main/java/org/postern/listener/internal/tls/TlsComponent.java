package org.postern.listener.internal.tls;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.check.CheckContribution;
import org.postern.api.check.Finding;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the files of {@code org.postern.tls.cfg} in force: looks at them every second, takes up
 * what has changed and is good, and says once what is not. Nobody who is connected notices.
 */
@Component(
        service = {Tls.class, ConfigurationStatus.class, CheckContribution.class},
        immediate = true,
        configurationPid = TlsComponent.PID)
@Designate(ocd = TlsComponent.Config.class)
public final class TlsComponent implements Tls, ConfigurationStatus, CheckContribution {
    static final String PID = "org.postern.tls";

    private static final Logger LOG = LoggerFactory.getLogger(TlsComponent.class);

    /** Soon enough for a person who has just replaced a file, and cheap: a stat(2) for each. */
    private static final long LOOK_MILLIS = 1_000;

    private static final int CLOSE_SECONDS = 5;

    private final Posix posix;
    private final Optional<Path> data;
    private final Clock clock;
    private final LiveConfiguration<TlsConfiguration> configuration;
    private final ScheduledThreadPoolExecutor looks;
    private final Handshakes handshakes;
    private final CompletableFuture<Void> looked = new CompletableFuture<>();

    private Optional<TlsFiles> files = Optional.empty();
    private volatile Optional<TlsContext> context = Optional.empty();
    private volatile List<ConfigurationProblem> problems = List.of();
    private volatile List<Finding> warnings = List.of();

    /** The keys of {@code org.postern.tls.cfg}; {@link TlsConfiguration} reads them. */
    @ObjectClassDefinition(
            name = "Postern TLS",
            description = "Certificates, keys and what else listeners with TLS share")
    @interface Config {
        @AttributeDefinition(description = "PEM file: the certificate and those that vouch for it")
        String certificate() default "";

        @AttributeDefinition(description = "PEM file; empty with certificate: a pair is made")
        String privateKey() default "";

        @AttributeDefinition(
                description = "Host names with certificate.NAME and privateKey.NAME of their own")
        String names() default "";

        @AttributeDefinition(description = "TLSv1.2 or TLSv1.3")
        String minimumVersion() default TlsConfiguration.TLS_1_2;

        @AttributeDefinition(min = "1", max = "300", description = "Seconds for a handshake")
        int handshakeTimeout() default TlsConfiguration.DEFAULT_HANDSHAKE_SECONDS;

        @AttributeDefinition(description = "Ask clients for one: none, wanted, required")
        String clientCertificates() default "none";

        @AttributeDefinition(description = "PEM file: who may vouch for clients")
        String clientAuthorities() default "";

        @AttributeDefinition(
                description = "The name in a client's certificate: email, dns, commonName")
        String clientName() default "email";

        @AttributeDefinition(description = "Who computes: auto, jdk, boringssl")
        String engine() default "auto";
    }

    @Activate
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with its thread
    public TlsComponent(
            @Reference Posix posix,
            @Reference Handshakes handshakes,
            Map<String, Object> properties) {
        this(
                posix,
                handshakes,
                Optional.ofNullable(System.getProperty("karaf.data")).map(Path::of),
                Clock.systemUTC(),
                properties);
        looks.scheduleWithFixedDelay(
                this::lookSafely, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    TlsComponent(
            Posix posix,
            Handshakes handshakes,
            Optional<Path> data,
            Clock clock,
            Map<String, ?> properties) {
        this.posix = posix;
        this.handshakes = handshakes;
        this.data = data;
        this.clock = clock;
        configuration =
                new LiveConfiguration<>(
                        PID,
                        settings -> TlsConfiguration.read(settings, made()),
                        problem -> LOG.error("{}", problem));
        looks =
                new ScheduledThreadPoolExecutor(
                        1,
                        task -> {
                            Thread thread = new Thread(task, "postern-tls-files");
                            thread.setDaemon(true);
                            return thread;
                        });
        changed(properties);
    }

    private Path made() {
        return SelfSigned.in(data.orElse(Path.of("/")));
    }

    /** Takes up a changed file, in its own time. */
    @Modified
    void modified(Map<String, Object> properties) {
        changed(properties);
    }

    private void changed(Map<String, ?> properties) {
        looks.execute(
                () -> {
                    if (configuration.update(properties)) {
                        configuration.current().ifPresent(this::open);
                    }
                    lookSafely();
                    looked.complete(null);
                });
    }

    private void open(TlsConfiguration changed) {
        if (changed.selfSigned()) {
            make();
        }
        files = Optional.of(new TlsFiles(posix, changed, handshakes, files));
    }

    private void make() {
        if (data.isEmpty()) {
            return;
        }
        try {
            if (SelfSigned.make(posix, made())) {
                LOG.info("a self-signed certificate and its key were made: {}", made());
            }
        } catch (PosixException | GeneralSecurityException failed) {
            LOG.error(
                    "no self-signed certificate can be made in {}: {}", made(), failed.toString());
        }
    }

    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException | Error thrown) {
            // Whatever it was, it must not be the last look.
            LOG.error("the files of TLS cannot be looked at", thrown);
        }
    }

    /** One look. On its thread alone. */
    private void look() {
        List<ConfigurationProblem> found = new ArrayList<>(configuration.problems());
        if (files.isPresent()) {
            TlsFiles current = files.get();
            if (current.look()) {
                LOG.info(
                        "TLS: certificates taken up, engine {}",
                        current.context().map(TlsContext::engine).orElse(""));
            }
            context = current.context();
            current.problems().forEach(problem -> found.add(told(problem)));
            tell(current.warnings(clock.instant()));
        }
        problems = List.copyOf(found);
    }

    private ConfigurationProblem told(TlsProblem problem) {
        ConfigurationProblem told =
                new ConfigurationProblem(
                        PID + ".cfg", problem.key(), problem.value(), problem.getMessage());
        if (!problems.contains(told)) {
            LOG.error("{}", told);
        }
        return told;
    }

    private void tell(List<Finding> found) {
        found.stream()
                .filter(warning -> !warnings.contains(warning))
                .forEach(warning -> LOG.warn("TLS: {}", warning));
        warnings = List.copyOf(found);
    }

    @Deactivate
    void close() throws InterruptedException {
        looks.shutdownNow();
        looks.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public Optional<TlsContext> context() {
        return context;
    }

    @Override
    public String problem() {
        return Stream.concat(
                        problems.stream().map(ConfigurationProblem::toString),
                        warnings.stream().map(Finding::toString))
                .collect(Collectors.joining("; "));
    }

    @Override
    public CompletionStage<Void> looked() {
        return looked;
    }

    @Override
    public String pid() {
        return PID;
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return problems;
    }

    @Override
    public List<Finding> warnings() {
        return warnings;
    }
}
