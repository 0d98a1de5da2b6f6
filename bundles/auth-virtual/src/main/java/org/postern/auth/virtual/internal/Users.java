package org.postern.auth.virtual.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.postern.api.auth.UserName;

/**
 * The users of one good reading of the file, and the hash that a name which is not among them is
 * checked against: the most frequent kind in the file, so that looking costs an attacker's clock
 * what a wrong password costs it.
 */
final class Users {
    private final Map<UserName, User> byName;
    private final PasswordHash decoy;

    /**
     * @param fallback the decoy where nobody has a hash that can be checked
     */
    Users(Map<UserName, User> byName, PasswordHash fallback) {
        this.byName = Map.copyOf(byName);
        this.decoy = mostFrequent(byName).orElse(fallback);
    }

    Optional<User> find(UserName name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Whose mail this user gets: his own, or another's for whom he may act, and who is not
     * disabled; nobody's if he may not have what he asks for.
     */
    Optional<User> whoseMail(User user, Optional<UserName> authorization) {
        if (authorization.isEmpty() || authorization.get().equals(user.name())) {
            return Optional.of(user);
        }
        return authorization
                .filter(user.actsFor()::contains)
                .flatMap(this::find)
                .filter(whose -> !whose.disabled());
    }

    PasswordHash decoy() {
        return decoy;
    }

    int count() {
        return byName.size();
    }

    private static Optional<PasswordHash> mostFrequent(Map<UserName, User> byName) {
        Map<String, Integer> counts = new HashMap<>();
        Optional<PasswordHash> winner = Optional.empty();
        int most = 0;
        for (User user : byName.values()) {
            String kind = user.hash().kind();
            int count = counts.merge(kind, 1, Integer::sum);
            if (!kind.equals(PasswordHash.LOCKED) && count > most) {
                most = count;
                winner = Optional.of(user.hash());
            }
        }
        return winner;
    }
}
