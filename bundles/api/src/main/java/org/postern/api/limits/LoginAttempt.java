package org.postern.api.limits;

import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.UserName;

/**
 * Who tried to log in, and with what, for a limits policy.
 *
 * @param mechanism by which
 * @param name as typed, if the client came to say one
 * @param fingerprint the same for the same name and password, and otherwise telling nothing of them
 *     ({@link Limits#fingerprint}); empty where no two tries can be compared
 */
public record LoginAttempt(
        Mechanism mechanism, Optional<UserName> name, OptionalLong fingerprint) {}
