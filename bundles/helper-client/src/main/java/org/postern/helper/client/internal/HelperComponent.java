package org.postern.helper.client.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.helper.Helper;
import org.postern.api.helper.HelperException;
import org.postern.api.helper.HelperMethod;
import org.postern.api.helper.HelperStatus;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The helper as a service, at the socket that is configured. */
@Component(
        service = {Helper.class, ConfigurationStatus.class},
        immediate = true,
        configurationPid = HelperComponent.PID)
@Designate(ocd = HelperComponent.Config.class)
public final class HelperComponent implements Helper, ConfigurationStatus {
    static final String PID = "org.postern.helper";

    private static final Logger LOG = LoggerFactory.getLogger(HelperComponent.class);
    private static final long ROOT = 0;

    /** What can be configured, for tools; {@link HelperSettings} reads it. */
    @ObjectClassDefinition(
            name = "Postern helper",
            description = "Where the privileged helper listens")
    @interface Config {
        @AttributeDefinition(description = "The socket's absolute path, as in helper.conf")
        String socket() default HelperSettings.SOCKET;

        @AttributeDefinition(description = "Logins under way at the helper at once")
        int checks() default HelperSettings.CHECKS;

        @AttributeDefinition(description = "Logins that wait for their turn, from everybody")
        int checksWaiting() default HelperSettings.CHECKS_WAITING;
    }

    private final SocketHelper helper;
    private final LiveConfiguration<HelperSettings> configuration =
            new LiveConfiguration<>(
                    PID, HelperSettings::read, problem -> LOG.error("{}", problem.toString()));
    private Optional<Path> inUse = Optional.empty();

    /**
     * @param posix sockets
     * @param properties raw, so that a bad value can be told from an absent one
     * @throws PosixException if there is no descriptor left
     */
    @Activate
    public HelperComponent(@Reference Posix posix, Map<String, Object> properties)
            throws PosixException {
        this(SocketHelper.start(posix, ROOT), properties);
    }

    HelperComponent(SocketHelper helper, Map<String, Object> properties) {
        this.helper = helper;
        modified(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        if (!configuration.update(properties)) {
            if (inUse.isEmpty()) {
                helper.useNone("no socket is configured: put " + PID + ".cfg right (see the log)");
            }
            return;
        }
        HelperSettings settings = configuration.current().orElseThrow();
        helper.allow(settings.checks());
        if (!inUse.equals(Optional.of(settings.socket()))) {
            inUse = Optional.of(settings.socket());
            helper.use(settings.socket());
        }
    }

    @Override
    public AuthenticationAttempt authenticate(
            HelperMethod method, String backend, AuthenticationRequest request) {
        return helper.authenticate(method, backend, request);
    }

    @Override
    public HelperStatus status() {
        return helper.status();
    }

    @Override
    public List<ListeningSocket> listeningSockets() throws HelperException {
        return helper.listeningSockets();
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
        helper.close();
    }
}
