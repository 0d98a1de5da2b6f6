package org.postern.auth.shadow.internal;

import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
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
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.helper.Helper;
import org.postern.api.helper.HelperBackend;
import org.postern.api.helper.HelperMethod;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backend {@code shadow}: system users, whose passwords the helper checks by getspnam(3) and
 * crypt(3).
 */
@Component(
        service = {Authenticator.class, ConfigurationStatus.class},
        immediate = true,
        configurationPid = "org.postern.auth.shadow",
        property = Authenticator.NAME + "=shadow")
@Designate(ocd = ShadowAuthenticator.Config.class)
public final class ShadowAuthenticator implements Authenticator, ConfigurationStatus {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowAuthenticator.class);

    private static final int TIMEOUT = 20;

    /** What can be configured, for tools; {@link HelperBackend} reads it. */
    @ObjectClassDefinition(
            name = "Postern shadow users",
            description = "System users by /etc/shadow, through the helper")
    @interface Config {
        @AttributeDefinition(description = "Seconds that a login may take")
        int timeout() default TIMEOUT;
    }

    private final HelperBackend backend =
            new HelperBackend(
                    HelperMethod.SHADOW, TIMEOUT, problem -> LOG.error("{}", problem.toString()));

    /**
     * @param properties raw, so that a bad value can be told from an absent one
     */
    @Activate
    public ShadowAuthenticator(Map<String, Object> properties) {
        backend.configure(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        backend.configure(properties);
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHelper(Helper helper) {
        backend.bind(helper);
    }

    void unbindHelper(Helper helper) {
        backend.unbind(helper);
    }

    @Override
    public AuthenticationAttempt authenticate(AuthenticationRequest request) {
        return backend.authenticate(request);
    }

    @Override
    public AuthenticatorStatus status() {
        return backend.status();
    }

    @Override
    public String pid() {
        return backend.configuration().pid();
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return backend.configuration().problems();
    }
}
