package org.postern.access.internal.limits;

import java.nio.ByteBuffer;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.hash.SipHash;

/**
 * Numbers that tell whether two tries to log in were the same, under a key of this process alone.
 * The name's length comes first, so that what moves from the name to the password is another try;
 * the password is read where it lies, octet by octet, and no octet of it reaches the heap.
 */
final class Fingerprints {
    private final SipHash hash;

    Fingerprints(SipHash hash) {
        this.hash = hash;
    }

    /**
     * @throws IllegalStateException if the secret has been wiped
     */
    long of(UserName name, Secret secret) {
        byte[] typed = name.octets();
        ByteBuffer password = secret.view();
        int from = 1 + typed.length;
        return hash.hash(
                from + password.remaining(),
                at -> {
                    if (at >= from) {
                        return password.get(at - from);
                    }
                    // A name has at most 255 octets.
                    return at == 0 ? typed.length : typed[at - 1];
                });
    }
}
