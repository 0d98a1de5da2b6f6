package org.postern.api.sasl;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.postern.api.auth.Mechanism;

/** The SASL mechanisms that there are, as protocols ask for them. */
@ProviderType
public interface Sasl {

    /**
     * What to announce on this connection now, most wanted first: mechanisms that are installed and
     * usable, that every backend of the listener serves, and that the listener's {@code mechanisms}
     * lists; SCRAM only if it is listed there by name. Whether a login may cross the connection at
     * all is the protocol's to ask ({@code Connection.passwordsAllowed}).
     */
    List<Mechanism> offered(SaslPeer peer);

    /**
     * Begins an exchange.
     *
     * @return empty if the mechanism is not {@link #offered}
     */
    Optional<SaslLogin> begin(Mechanism mechanism, SaslPeer peer);
}
