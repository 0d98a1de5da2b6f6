package org.postern.sasl.oauth.internal;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceRegistration;
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
import org.postern.api.posix.Posix;
import org.postern.api.sasl.SaslMechanism;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the configuration in force, and the two mechanisms registered. They are usable while an
 * authorization server is configured, and not by what a first configuration that was refused might
 * have meant.
 */
@Component(
        immediate = true,
        configurationPid = OAuthMechanisms.PID,
        service = ConfigurationStatus.class)
@Designate(ocd = OAuthMechanisms.Config.class)
public final class OAuthMechanisms implements ConfigurationStatus {
    static final String PID = "org.postern.sasl.oauth";
    private static final Logger LOG = LoggerFactory.getLogger(OAuthMechanisms.class);
    // OAUTHBEARER, which is a standard, before XOAUTH2; both before mechanisms with a password,
    // which a client that has a token does not want to use.
    private static final int RANKING = 100;

    /** Documentation for tools; the values are read and checked by {@link OAuthSettings}. */
    @ObjectClassDefinition(
            name = "Postern OAuth",
            description = "Login with access tokens; org.postern.sasl.oauth.cfg says more")
    @interface Config {
        @AttributeDefinition(description = "Where tokens are asked about (RFC 7662)")
        String introspectionUrl() default "";

        @AttributeDefinition(description = "What this server is called there")
        String clientId() default "";

        @AttributeDefinition(description = "A file, mode 600, with that client's secret")
        String clientSecretFile() default "";

        @AttributeDefinition(description = "Where the keys of signed tokens are (RFC 7517)")
        String jwksUrl() default "";

        @AttributeDefinition(description = "A file with the keys of signed tokens")
        String jwksFile() default "";

        @AttributeDefinition(description = "Who makes the tokens")
        String issuer() default "";

        @AttributeDefinition(description = "Who the tokens are for: one of these")
        String audience() default "";

        @AttributeDefinition(description = "What the tokens are for: all of these")
        String scopes() default "";

        @AttributeDefinition(description = "Which claim is the account's name")
        String nameClaim() default OAuthSettings.NAME_CLAIM;

        @AttributeDefinition(description = "Some of RS256, PS256, ES256, EdDSA")
        String algorithms() default "RS256,PS256,ES256,EdDSA";

        @AttributeDefinition(
                description =
                        "Whether signed tokens must be of the type at+jwt: required, optional")
        String accessTokenType() default "required";

        @AttributeDefinition(description = "Seconds by which clocks may differ")
        int leewaySeconds() default OAuthSettings.LEEWAY_SECONDS;

        @AttributeDefinition(description = "Seconds for an answer of the authorization server")
        int timeoutSeconds() default OAuthSettings.TIMEOUT_SECONDS;

        @AttributeDefinition(description = "Questions to the authorization server at once")
        int maxRequests() default OAuthSettings.MAX_REQUESTS;

        @AttributeDefinition(description = "Seconds after which the keys are got again")
        int keysRefreshSeconds() default OAuthSettings.KEYS_REFRESH_SECONDS;

        @AttributeDefinition(description = "Seconds between two times at least")
        int keysLeastSeconds() default OAuthSettings.KEYS_LEAST_SECONDS;

        @AttributeDefinition(description = "A PEM file of who may vouch for the server")
        String trustedAuthorities() default "";

        @AttributeDefinition(description = "Milliseconds after which a failed login is answered")
        int failureDelay() default OAuthSettings.FAILURE_DELAY;

        @AttributeDefinition(description = "Where clients learn about the server")
        String openidConfiguration() default "";
    }

    private final TokenChecks checks;
    private final OAuthThreads threads = new OAuthThreads();
    private final Set<OAuthExchange> underWay = ConcurrentHashMap.newKeySet();
    private final LiveConfiguration<OAuthSettings> configuration;
    private final List<ServiceRegistration<SaslMechanism>> registrations = new ArrayList<>();
    private volatile Optional<Verification> verification = Optional.empty();

    /**
     * @param posix reads the files that have to be its own
     * @param properties raw, so that a bad value can be told from an absent one
     */
    @Activate
    public OAuthMechanisms(
            @Reference Posix posix, BundleContext bundle, Map<String, Object> properties) {
        this.checks = new TokenChecks(posix, threads, InstantSource.system());
        this.configuration =
                new LiveConfiguration<>(
                        PID,
                        settings -> OAuthSettings.read(settings, posix),
                        problem -> LOG.error("{}", problem));
        configure(properties);
        int ranking = RANKING;
        for (ResponseForm form : ResponseForm.values()) {
            registrations.add(
                    bundle.registerService(
                            SaslMechanism.class,
                            mechanism(form),
                            FrameworkUtil.asDictionary(
                                    Map.of(
                                            SaslMechanism.NAME,
                                            form.name(),
                                            Constants.SERVICE_RANKING,
                                            ranking--))));
        }
    }

    SaslMechanism mechanism(ResponseForm form) {
        return new OAuthMechanism(
                form, () -> verification, threads.timer(), System::nanoTime, underWay);
    }

    @Modified
    void configure(Map<String, Object> properties) {
        if (!configuration.update(properties)) {
            return;
        }
        Optional<Verification> before = verification;
        try {
            verification = checks.of(configuration.current().orElseThrow());
            // Logins that are being checked by it still get their answers.
            before.ifPresent(it -> it.check().close());
        } catch (GeneralSecurityException | IOException impossible) {
            LOG.error("{}: TLS cannot be set up: {}", PID, impossible.toString());
        }
    }

    @Deactivate
    void deactivate() {
        Optional<Verification> last = verification;
        // No new ones, and answers for those that are there: unregistering waits for them.
        verification = Optional.empty();
        giveUp();
        registrations.forEach(ServiceRegistration::unregister);
        giveUp();
        last.ifPresent(it -> it.check().close());
        threads.stop();
    }

    private void giveUp() {
        underWay.forEach(exchange -> exchange.giveUp("the mechanism is being stopped"));
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
