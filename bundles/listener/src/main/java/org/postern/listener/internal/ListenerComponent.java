package org.postern.listener.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.framework.Constants;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.check.StartupCheck;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.helper.Helper;
import org.postern.api.limits.Limits;
import org.postern.api.posix.Posix;
import org.postern.api.protocol.ListenerReport;
import org.postern.api.protocol.ListenerSettings;
import org.postern.api.protocol.MailListener;
import org.postern.api.protocol.Protocol;
import org.postern.api.session.Sessions;
import org.postern.listener.internal.tls.Tls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener for each file {@code org.postern.listener~NAME.cfg}, made by {@link ListenerFiles}.
 * A file with a mistake changes nothing: the last good one stays in force, or the port stays closed
 * where there was none.
 */
@Component(
        service = {MailListener.class, ConfigurationStatus.class},
        factory = ListenerComponent.FACTORY_PID,
        configurationPolicy = ConfigurationPolicy.IGNORE)
@Designate(ocd = ListenerComponent.Config.class, factory = true)
public final class ListenerComponent implements MailListener, ConfigurationStatus {
    static final String FACTORY_PID = "org.postern.listener";
    static final String LISTENER_PID = "postern.listener.pid";

    private static final Logger LOG = LoggerFactory.getLogger(ListenerComponent.class);
    private static final String FILE = "felix.fileinstall.filename";
    private static final int MAX_NAME = 64;

    private final Protocols protocols = new Protocols(Protocols.PATIENCE);
    private final Swappable<StartupCheck> check = new Swappable<>(Protocols.PATIENCE);
    private final Swappable<Helper> helper = new Swappable<>(Protocols.PATIENCE);
    private final LiveConfiguration<ListenerConfiguration> configuration;
    private final Listener listener;

    /** The keys of a listener's file; {@link ListenerConfiguration} reads them. */
    @ObjectClassDefinition(
            name = "Postern listener",
            description = "A port on which mail is served; one file for each")
    @interface Config {
        @AttributeDefinition(description = "What is spoken: the name of a protocol")
        String protocol() default ListenerConfiguration.DEFAULT_PROTOCOL;

        @AttributeDefinition(description = "An IP address of this machine, or * for all")
        String address() default ListenerConfiguration.DEFAULT_ADDRESS;

        @AttributeDefinition(min = "0", max = "65535", description = "0: the system chooses")
        int port() default ListenerConfiguration.DEFAULT_PORT;

        @AttributeDefinition(description = "none, starttls (STLS is offered), or implicit")
        String tls() default "none";

        @AttributeDefinition(
                description = "From where passwords may come unencrypted: never, loopback, always")
        String plaintextLogin() default "loopback";

        @AttributeDefinition(
                description = "SASL mechanisms, most wanted first; empty: what can work")
        String mechanisms() default "";

        @AttributeDefinition(description = "Backends in order; empty: those of org.postern.auth")
        String backends() default "";

        @AttributeDefinition(description = "Networks of proxies that begin with a PROXY header")
        String proxyProtocol() default "";

        @AttributeDefinition(description = "Take the socket from the helper")
        boolean viaHelper() default false;

        @AttributeDefinition(
                description = "enforce: stay closed while the startup check finds something; warn")
        String startupCheck() default "enforce";

        @AttributeDefinition(
                min = "10",
                max = "86400",
                description = "Seconds that a client may say nothing after login")
        int idleTimeout() default ListenerConfiguration.DEFAULT_IDLE_SECONDS;
    }

    @Activate
    public ListenerComponent(
            @Reference Engine engine,
            @Reference Sessions sessions,
            @Reference Limits limits,
            @Reference Posix posix,
            @Reference Tls tls,
            Map<String, Object> properties) {
        configuration =
                new LiveConfiguration<>(
                        pid(properties),
                        ListenerConfiguration::read,
                        problem -> LOG.error("{}", problem));
        listener =
                new Listener(
                        name(properties),
                        engine,
                        sessions,
                        limits,
                        posix,
                        tls,
                        protocols,
                        check,
                        helper);
        changed(properties);
    }

    /** Takes up a changed file. */
    void changed(Map<String, Object> properties) {
        if (configuration.update(properties)) {
            configuration.current().ifPresent(listener::configure);
        }
    }

    @Deactivate
    void close() {
        listener.close();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(" + Protocol.NAME + "=*)")
    void addProtocol(Protocol protocol, Map<String, Object> properties) {
        Object ranking = properties.get(Constants.SERVICE_RANKING);
        protocols.add(
                protocol,
                String.valueOf(properties.get(Protocol.NAME)),
                ranking instanceof Integer number ? number : 0);
        listener.protocolsChanged();
    }

    void removeProtocol(Protocol protocol) {
        protocols.remove(protocol);
        listener.protocolsChanged();
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setCheck(StartupCheck service) {
        check.set(service);
        listener.lookAgain();
    }

    void unsetCheck(StartupCheck service) {
        check.unset(service);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void setHelper(Helper service) {
        helper.set(service);
        listener.lookAgain();
    }

    void unsetHelper(Helper service) {
        helper.unset(service);
    }

    /** Its listener as it stands; its detail begins with what is wrong in the file. */
    @Override
    public ListenerReport report() {
        ListenerReport report = listener.report();
        String detail =
                Stream.concat(
                                problems().stream().map(ConfigurationProblem::toString),
                                Stream.of(report.detail()))
                        .filter(line -> !line.isEmpty())
                        .collect(Collectors.joining("; "));
        return new ListenerReport(
                report.name(),
                report.protocol(),
                report.address(),
                report.port(),
                report.tls(),
                report.state(),
                report.sessions(),
                report.proxies(),
                detail);
    }

    @Override
    public Optional<ListenerSettings> settings() {
        return configuration.current().map(file -> file.settings(listener.report().name()));
    }

    @Override
    public String pid() {
        return configuration.pid();
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }

    // The part after ~ of the file's name; without a file, that of the PID.
    static String name(Map<String, ?> properties) {
        Object file = properties.get(FILE);
        String text = file == null ? pid(properties) : file.toString();
        text = text.substring(text.lastIndexOf('/') + 1);
        if (file != null && text.lastIndexOf('.') > FACTORY_PID.length()) {
            text = text.substring(0, text.lastIndexOf('.'));
        }
        if (text.startsWith(FACTORY_PID) && text.length() > FACTORY_PID.length() + 1) {
            text = text.substring(FACTORY_PID.length() + 1);
        }
        StringBuilder name = new StringBuilder();
        text.chars()
                .limit(MAX_NAME)
                .forEach(c -> name.append(c > ' ' && c < 0x7F && c != '"' ? (char) c : '?'));
        return name.toString();
    }

    private static String pid(Map<String, ?> properties) {
        Object pid = properties.get(LISTENER_PID);
        return pid == null ? FACTORY_PID : pid.toString();
    }
}
