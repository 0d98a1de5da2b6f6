package org.postern.listener.internal.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Host names as TLS has them: ASCII, compared without regard to the case of ASCII letters. */
final class HostNames {
    private static final int MAX_NAME = 253;
    private static final int MAX_LABEL = 63;
    private static final int DNS_NAME = 2;
    private static final String ANY = "*.";

    private HostNames() {}

    /** A name from the configuration, folded; its first label may be a star. */
    static String parse(String text) {
        String rest = text.startsWith(ANY) ? text.substring(ANY.length()) : text;
        if (text.length() > MAX_NAME || !isName(rest)) {
            throw new IllegalArgumentException();
        }
        return fold(text);
    }

    /** The name that stands for all names beside this one, or nothing fit to be looked up. */
    static String wildcard(String folded) {
        int dot = folded.indexOf('.');
        return dot <= 0 ? "" : "*" + folded.substring(dot);
    }

    /** ASCII letters alone, whatever the locale: no other letter is a host name's. */
    static String fold(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            folded.append(c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c);
        }
        return folded.toString();
    }

    /** Whether a certificate is for this name (RFC 6125 section 6.4.3; no common names). */
    static boolean covers(X509Certificate certificate, String folded) {
        List<String> names = subjects(certificate);
        return names.contains(folded) || names.contains(wildcard(folded));
    }

    private static List<String> subjects(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(0).equals(DNS_NAME)) {
                        names.add(fold(alternative.get(1).toString()));
                    }
                }
            }
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
        return names;
    }

    private static boolean isName(String text) {
        int label = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (label == 0) {
                    return false;
                }
                label = 0;
            } else if ((!isLetterOrDigit(c) && c != '-' && c != '_') || ++label > MAX_LABEL) {
                return false;
            }
        }
        return label > 0;
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
