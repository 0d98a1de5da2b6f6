package org.postern.auth.virtual.internal;

import java.util.Optional;
import java.util.Set;
import org.postern.api.auth.ScramVerifier;
import org.postern.api.auth.UserName;
import org.postern.api.storage.MailLocation;

/**
 * One line of the users file.
 *
 * @param actsFor whose mail this user may ask for beside his own; names that need not exist
 */
record User(UserName name, PasswordHash hash, MailLocation mail, Set<UserName> actsFor) {
    /** Whether nobody can log in to it, by whatever means. */
    boolean disabled() {
        return hash == PasswordHash.DISABLED;
    }

    Optional<ScramVerifier> verifier() {
        return hash instanceof ScramHash scram ? Optional.of(scram.verifier()) : Optional.empty();
    }
}
