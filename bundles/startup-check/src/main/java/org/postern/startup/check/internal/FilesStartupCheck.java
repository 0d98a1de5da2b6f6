package org.postern.startup.check.internal;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.UnaryOperator;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.check.CheckContribution;
import org.postern.api.check.Finding;
import org.postern.api.check.StartupCheck;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.config.Settings;
import org.postern.startup.check.internal.Findings.Kind;

/**
 * The questions that an attacker on the same machine asks: can I change what the server runs
 * (Karaf's programs), what it is told (etc/) or what it keeps (the data directory, where its
 * bundles and its native libraries are unpacked); can I read its secrets; can I tell the helper
 * what to do, or pretend to be it.
 */
@Component(
        service = {StartupCheck.class, ConfigurationStatus.class},
        configurationPid = FilesStartupCheck.PID)
@Designate(ocd = FilesStartupCheck.Config.class)
public final class FilesStartupCheck implements StartupCheck, ConfigurationStatus {
    static final String PID = "org.postern.startup.check";
    static final String HELPER_CONF = "helperConf";
    static final String DEFAULT_HELPER_CONF = "/etc/postern/helper.conf";

    /** What Karaf runs, below its home and its base; deploy is run as it comes. */
    private static final List<String> PROGRAMS = List.of("bin", "lib", "system", "deploy");

    private static final Path SELF_SIGNED = Path.of("tls", "self-signed.pem");

    private final Set<CheckContribution> contributions = new CopyOnWriteArraySet<>();
    private final FileView files;
    private final UnaryOperator<String> property;
    private final LiveConfiguration<Path> configuration =
            new LiveConfiguration<>(PID, FilesStartupCheck::read, problem -> {});

    /** The keys of {@code org.postern.startup.check.cfg}. */
    @ObjectClassDefinition(
            name = "Postern startup check",
            description = "What else is looked at before a port opens")
    @interface Config {
        @AttributeDefinition(description = "Where the helper's own configuration is")
        String helperConf() default DEFAULT_HELPER_CONF;
    }

    @Activate
    public FilesStartupCheck() {
        this(new SystemFiles(), FilesStartupCheck::systemProperty);
    }

    FilesStartupCheck(FileView files, UnaryOperator<String> property) {
        this.files = files;
        this.property = property;
    }

    private static String systemProperty(String name) {
        return name.startsWith("env:")
                ? System.getenv(name.substring("env:".length()))
                : System.getProperty(name);
    }

    private static Path read(Settings settings) {
        return settings.parsed(
                HELPER_CONF,
                Path.of(DEFAULT_HELPER_CONF),
                "wants the absolute path of helper.conf",
                text -> {
                    Path path = Path.of(text);
                    if (!path.isAbsolute()) {
                        throw new InvalidPathException(text, "not absolute");
                    }
                    return path;
                });
    }

    @Override
    public synchronized List<Finding> look() {
        Findings findings = new Findings();
        Accounts accounts;
        try {
            accounts = Accounts.read(files);
        } catch (IOException | RuntimeException unknown) {
            findings.addWhole(
                    Kind.OTHER,
                    Path.of("/proc/self/status"),
                    "does not say who this process is (" + unknown.getClass().getName() + ")",
                    "mount -t proc proc /proc");
            return findings.all();
        }
        Inspection inspection = new Inspection(files, accounts, findings);
        Places places = new Places(files, property, findings, accounts);
        programs(places, inspection, findings);
        Optional<Path> etc = place("karaf.etc", places, findings);
        etc.ifPresent(path -> inspection.tree(path, "root"));
        Optional<Path> data = place("karaf.data", places, findings);
        data.ifPresent(path -> inspection.tree(path, accounts.self()));
        data.ifPresent(path -> inspection.secret(path.resolve(SELF_SIGNED)));
        etc.ifPresent(path -> configured(path, places, inspection, findings));
        return findings.all();
    }

    @Override
    public List<Finding> warnings() {
        List<Finding> warnings = new ArrayList<>();
        contributions.forEach(contribution -> warnings.addAll(contribution.warnings()));
        return warnings;
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void addContribution(CheckContribution contribution) {
        contributions.add(contribution);
    }

    void removeContribution(CheckContribution contribution) {
        contributions.remove(contribution);
    }

    private static void programs(Places places, Inspection inspection, Findings findings) {
        List<Path> roots = new ArrayList<>();
        place("karaf.home", places, findings).ifPresent(roots::add);
        places.directory("karaf.base").filter(base -> !roots.contains(base)).ifPresent(roots::add);
        for (Path root : roots) {
            Optional<Inspection.Place> good = inspection.directory(root, "root");
            for (String program : PROGRAMS) {
                good.ifPresent(place -> inspection.tree(place.path().resolve(program), "root"));
            }
        }
    }

    private static Optional<Path> place(String name, Places places, Findings findings) {
        Optional<Path> path = places.directory(name);
        if (path.isEmpty()) {
            findings.addWhole(
                    Kind.OTHER,
                    Path.of(name),
                    "is not set: this is no Karaf whose files could be looked at",
                    "set startupCheck = warn in the listener's file, after looking yourself");
        }
        return path;
    }

    private void configured(Path etc, Places places, Inspection inspection, Findings findings) {
        places.secrets(etc).forEach(inspection::secret);
        configuration.update(places.configuration(etc, PID));
        for (ConfigurationProblem problem : configuration.problems()) {
            findings.addWhole(
                    Kind.OTHER,
                    etc.resolve(problem.file()),
                    "is wrong: " + problem.key() + " " + problem.remedy(),
                    "mend that line");
        }
        configuration.current().ifPresent(path -> inspection.ifThere(path, Trust.ROOT));
        places.helperSocket(etc)
                .flatMap(path -> inspection.ifThere(path, Trust.ROOT))
                .filter(found -> !found.entry().isSocket())
                .ifPresent(
                        found ->
                                findings.add(
                                        Kind.OTHER,
                                        found.path(),
                                        "is no socket, but the helper's is expected there",
                                        "rm"));
    }

    @Override
    public String pid() {
        return PID;
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }
}
