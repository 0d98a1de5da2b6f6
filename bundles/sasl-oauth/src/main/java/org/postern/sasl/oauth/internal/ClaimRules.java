package org.postern.sasl.oauth.internal;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postern.api.auth.UserName;

/**
 * What has to be said of a token, by its server or in the token itself: the names of RFC 7519
 * section 4.1 and RFC 7662 section 2.2. What is demanded and not there, or there in a form that is
 * not the standard's, is a no.
 *
 * @param issuer who made it, or empty for whoever answers
 * @param audience of these, one must be who it is meant for; empty for anybody
 * @param scopes all of these must be what it is for
 * @param nameClaim who it is
 * @param leeway by how much the clocks may differ
 */
record ClaimRules(
        String issuer,
        List<String> audience,
        List<String> scopes,
        String nameClaim,
        Duration leeway) {
    private static final String EMAIL = "email";

    ClaimRules {
        audience = List.copyOf(audience);
        scopes = List.copyOf(scopes);
    }

    /**
     * Judges what was said, which must be authentic.
     *
     * @param expires whether it must say when it ends
     */
    TokenVerdict judge(Map<String, Object> claims, Instant now, boolean expires) {
        boolean good =
                isInTime(claims, now, expires)
                        && (issuer.isEmpty() || issuer.equals(claims.get("iss")))
                        && isForUs(claims)
                        && isBearers(claims)
                        && scopesOf(claims).containsAll(scopes);
        return (good ? name(claims) : Optional.<UserName>empty())
                .<TokenVerdict>map(TokenVerdict.Valid::new)
                .orElseGet(TokenVerdict.Invalid::new);
    }

    private boolean isInTime(Map<String, Object> claims, Instant now, boolean expires) {
        Object end = claims.get("exp");
        Object begin = claims.get("nbf");
        boolean ends = end == null ? !expires : isAfter(end, now.minus(leeway));
        return ends && (begin == null || isNotAfter(begin, now.plus(leeway)));
    }

    private static boolean isAfter(Object seconds, Instant time) {
        return seconds instanceof Number number && number.doubleValue() > time.getEpochSecond();
    }

    private static boolean isNotAfter(Object seconds, Instant time) {
        return seconds instanceof Number number && number.doubleValue() <= time.getEpochSecond();
    }

    private boolean isForUs(Map<String, Object> claims) {
        Object to = claims.get("aud");
        return audience.isEmpty()
                || isOneOfUs(to)
                || (to instanceof List<?> several && several.stream().anyMatch(this::isOneOfUs));
    }

    // A list without nulls throws at being asked for one, and a server may send it.
    private boolean isOneOfUs(Object to) {
        return to instanceof String one && audience.contains(one);
    }

    // A token that is bound to a key (RFC 7800) is good only with a proof that SASL does not carry:
    // whoever shows it without may have stolen it.
    private static boolean isBearers(Map<String, Object> claims) {
        Object type = claims.get("token_type");
        return !claims.containsKey("cnf")
                && (type == null || (type instanceof String text && isBearer(text)));
    }

    private static boolean isBearer(String text) {
        return text.equals("Bearer") || text.equals("bearer");
    }

    // Divided by spaces in a string (RFC 8693 section 4.2), or a list, in "scp", as some have it.
    private static Set<String> scopesOf(Map<String, Object> claims) {
        Object scope = claims.containsKey("scope") ? claims.get("scope") : claims.get("scp");
        List<String> found = new ArrayList<>();
        if (scope instanceof String text) {
            int from = 0;
            for (int space = text.indexOf(' '); space >= 0; space = text.indexOf(' ', from)) {
                found.add(text.substring(from, space));
                from = space + 1;
            }
            found.add(text.substring(from));
        } else if (scope instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof String text) {
                    found.add(text);
                }
            }
        }
        return Set.copyOf(found);
    }

    private Optional<UserName> name(Map<String, Object> claims) {
        // Where people type their address in themselves, anybody could be anybody.
        boolean trusted =
                !nameClaim.equals(EMAIL) || Boolean.TRUE.equals(claims.get("email_verified"));
        if (!trusted || !(claims.get(nameClaim) instanceof String text)) {
            return Optional.empty();
        }
        try {
            // Strictly: a character that has no octets would become a question mark.
            var octets = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] name = new byte[octets.remaining()];
            octets.get(name);
            return Optional.of(UserName.of(name));
        } catch (CharacterCodingException | IllegalArgumentException unfit) {
            return Optional.empty();
        }
    }
}
