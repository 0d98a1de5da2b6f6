package org.postern.limits.internal;

import org.postern.api.net.Source;

/**
 * How large a network counts as one source.
 *
 * @param bits4 of an IPv4 address
 * @param bits6 of an IPv6 address
 */
record SourceSize(int bits4, int bits6) {
    static final SourceSize USUAL = new SourceSize(Source.IPV4_BITS, Source.IPV6_BITS);

    /** The source that one of the usual size is in. */
    Source of(Source fine) {
        return fine.within(bits4, bits6);
    }

    /** For people: the address alone where it is one. */
    String text(Source source) {
        String address = source.address().getHostAddress();
        if (source.family() == 4) {
            return bits4 == Source.IPV4_BITS ? address : address + "/" + bits4;
        }
        return address + "/" + bits6;
    }
}
