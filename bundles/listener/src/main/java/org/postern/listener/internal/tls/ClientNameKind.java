package org.postern.listener.internal.tls;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.postern.api.auth.UserName;

/**
 * Which name in a client's certificate is the account's. There must be exactly one of that kind: a
 * certificate with none is nobody's, whatever else its client says (CVE-2019-3814), and one with
 * two would let the reader choose.
 */
enum ClientNameKind {
    /** The one rfc822Name among the subject's alternative names (RFC 5280 section 4.2.1.6). */
    EMAIL,
    /** The one dNSName there. */
    DNS,
    /** The one common name of the subject. */
    COMMON_NAME;

    /** As they are configured. */
    static final Map<String, ClientNameKind> NAMES =
            new TreeMap<>(Map.of("email", EMAIL, "dns", DNS, "commonName", COMMON_NAME));

    static ClientNameKind parse(String text) {
        return Optional.ofNullable(NAMES.get(text)).orElseThrow(IllegalArgumentException::new);
    }

    /** The name, if there is one and no more, and it is fit to be one. */
    Optional<UserName> in(X509Certificate certificate) {
        try {
            List<String> names = all(certificate);
            return names.size() == 1 ? fit(names.get(0)) : Optional.empty();
        } catch (CertificateException | IllegalArgumentException unreadable) {
            return Optional.empty();
        }
    }

    private List<String> all(X509Certificate certificate) throws CertificateException {
        return switch (this) {
            case EMAIL -> alternatives(certificate, GeneralName.rfc822Name);
            case DNS -> alternatives(certificate, GeneralName.dNSName);
            case COMMON_NAME -> commonNames(certificate);
        };
    }

    private static List<String> alternatives(X509Certificate certificate, int kind)
            throws CertificateException {
        List<String> names = new ArrayList<>();
        var alternatives = certificate.getSubjectAlternativeNames();
        if (alternatives != null) {
            for (List<?> alternative : alternatives) {
                if (alternative.get(0).equals(kind)) {
                    names.add(alternative.get(1).toString());
                }
            }
        }
        return names;
    }

    private static List<String> commonNames(X509Certificate certificate)
            throws CertificateException {
        List<String> names = new ArrayList<>();
        for (RDN rdn : new JcaX509CertificateHolder(certificate).getSubject().getRDNs(BCStyle.CN)) {
            for (var part : rdn.getTypesAndValues()) {
                if (part.getType().equals(BCStyle.CN)) {
                    names.add(part.getValue() instanceof ASN1String text ? text.getString() : "");
                }
            }
        }
        return names;
    }

    // What is not printed is not seen by whoever signs a certificate: it is no part of a name.
    private static Optional<UserName> fit(String name) {
        boolean printed = name.codePoints().noneMatch(ClientNameKind::isUnseen);
        return printed
                ? Optional.of(UserName.of(name.getBytes(StandardCharsets.UTF_8)))
                : Optional.empty();
    }

    private static boolean isUnseen(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    true;
            default -> false;
        };
    }
}
