package org.postern.limits.internal;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.limits.LimitsInspection;
import org.postern.api.limits.LimitsPolicy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the limits that are in force, and offers the policy as soon as there are any. With a first
 * configuration that is refused there is no policy: then nothing is admitted, rather than something
 * by limits that nobody asked for.
 */
@Component(
        immediate = true,
        configurationPid = LimitsConfiguration.PID,
        service = ConfigurationStatus.class)
@Designate(ocd = LimitsConfiguration.Config.class)
public final class LimitsConfiguration implements ConfigurationStatus {
    static final String PID = "org.postern.limits";
    private static final Logger LOG = LoggerFactory.getLogger(LimitsConfiguration.class);

    private final LiveConfiguration<LimitsSettings> configuration =
            new LiveConfiguration<>(PID, LimitsSettings::read, problem -> LOG.error("{}", problem));
    private final BundleContext bundle;
    private Optional<ServiceRegistration<?>> policy = Optional.empty();

    /** Documentation for tools; the values are read and checked by {@link LimitsSettings}. */
    @ObjectClassDefinition(
            name = "Postern limits",
            description = "How much of the server anybody gets; org.postern.limits.cfg says more")
    @interface Config {
        @AttributeDefinition(description = "Connections and sessions at once, from everybody")
        int maxSessions() default LimitsSettings.MAX_SESSIONS;

        @AttributeDefinition(description = "Of these, those that have not logged in")
        int maxSessionsBeforeLogin() default LimitsSettings.MAX_SESSIONS_BEFORE_LOGIN;

        @AttributeDefinition(description = "At once from one IPv4 address or IPv6 /64")
        int maxSessionsPerSource() default LimitsSettings.MAX_SESSIONS_PER_SOURCE;

        @AttributeDefinition(description = "At once of one account")
        int maxSessionsPerUser() default LimitsSettings.MAX_SESSIONS_PER_USER;

        @AttributeDefinition(
                description = "Of a source that guesses, before login: at once, and in its penalty")
        int maxSessionsPenalised() default PenaltySettings.SESSIONS;

        @AttributeDefinition(description = "Bits of an IPv4 address that make one source")
        int sourcePrefix4() default LimitsSettings.SOURCE_PREFIX_4;

        @AttributeDefinition(description = "Bits of an IPv6 address that make one source")
        int sourcePrefix6() default LimitsSettings.SOURCE_PREFIX_6;

        @AttributeDefinition(
                description = "Seconds for which a session's slot of its source is taken at least")
        int minimumSlotSeconds() default LimitsSettings.MINIMUM_SLOT_SECONDS;

        @AttributeDefinition(description = "Networks to which the rules per source do not apply")
        String exempt() default "";

        @AttributeDefinition(description = "Failed logins before a connection is closed")
        int maxLoginFailures() default LimitsSettings.MAX_LOGIN_FAILURES;

        @AttributeDefinition(
                description = "Milliseconds that the answer to a first failed login is held back")
        int penaltyBase() default PenaltySettings.BASE_MILLIS;

        @AttributeDefinition(description = "By which each further failure multiplies it")
        String penaltyFactor() default PenaltySettings.FACTOR;

        @AttributeDefinition(description = "Seconds that an answer is held back at most")
        int penaltyCeiling() default PenaltySettings.CEILING_SECONDS;

        @AttributeDefinition(description = "Seconds in which half of the failures are forgotten")
        int penaltyHalfLife() default PenaltySettings.HALF_LIFE_SECONDS;

        @AttributeDefinition(description = "Unknown or malformed commands in one session")
        int maxBadCommands() default LimitsSettings.MAX_BAD_COMMANDS;

        @AttributeDefinition(description = "Commands in one session")
        int maxCommands() default LimitsSettings.MAX_COMMANDS;

        @AttributeDefinition(description = "Messages in a mailbox that is opened")
        int maxMessages() default LimitsSettings.MAX_MESSAGES;

        @AttributeDefinition(description = "Stored octets of a mailbox that is opened")
        long maxMailboxBytes() default LimitsSettings.MAX_MAILBOX_BYTES;

        @AttributeDefinition(description = "Octets that wait for clients, in all connections")
        long maxOctetsInFlight() default LimitsSettings.MAX_OCTETS_IN_FLIGHT;

        @AttributeDefinition(description = "Lines of one kind in the session log in ten seconds")
        int maxLogLines() default LimitsSettings.MAX_LOG_LINES;
    }

    @Activate
    public LimitsConfiguration(BundleContext bundle, Map<String, Object> properties) {
        this.bundle = bundle;
        configure(properties);
    }

    @Modified
    void configure(Map<String, Object> properties) {
        configuration.update(properties);
        if (policy.isEmpty() && configuration.current().isPresent()) {
            StandaloneLimits limits =
                    new StandaloneLimits(
                            () -> configuration.current().orElseThrow(),
                            System::nanoTime,
                            InstantSource.system());
            String[] services = {LimitsPolicy.class.getName(), LimitsInspection.class.getName()};
            policy = Optional.of(bundle.registerService(services, limits, null));
        }
    }

    @Deactivate
    void deactivate() {
        policy.ifPresent(ServiceRegistration::unregister);
        policy = Optional.empty();
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
