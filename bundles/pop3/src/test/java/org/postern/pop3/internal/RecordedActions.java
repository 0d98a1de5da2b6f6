package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.session.SessionEnd;

/** Keeps what the machine asks for; its results come when a test tells them. */
final class RecordedActions implements Pop3Actions {
    final List<String> replies = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    boolean passwordsAllowed = true;
    boolean canEncrypt;
    List<Mechanism> mechanisms = List.of();
    Optional<UserName> name = Optional.empty();
    Optional<String> password = Optional.empty();
    Optional<SessionEnd> end = Optional.empty();

    /** The replies since the last call. */
    String takeReplies() {
        String taken = String.join("|", replies);
        replies.clear();
        return taken;
    }

    /** What was asked for since the last call. */
    String takeAsked() {
        String taken = String.join("|", asked);
        asked.clear();
        return taken;
    }

    @Override
    public boolean passwordsAllowed() {
        return passwordsAllowed;
    }

    @Override
    public boolean canEncrypt() {
        return canEncrypt;
    }

    @Override
    public void encrypt() {
        asked.add("encrypt");
        canEncrypt = false;
        passwordsAllowed = true;
    }

    @Override
    public void reply(String line) {
        if (end.isPresent()) {
            throw new AssertionError("a reply after the end");
        }
        replies.add(line);
    }

    @Override
    public void list(Listing listing) {
        ByteBuffer all = ByteBuffer.allocate(1 << 16);
        if (!listing.put(all)) {
            throw new AssertionError("the listing is too long for this test");
        }
        asked.add(StandardCharsets.US_ASCII.decode(all.flip()).toString().replace("\r\n", "/"));
    }

    @Override
    public void authenticate(UserName typed, Secret secret) {
        name = Optional.of(typed);
        password = Optional.of(StandardCharsets.ISO_8859_1.decode(secret.view()).toString());
        asked.add("authenticate");
    }

    @Override
    public List<Mechanism> mechanisms() {
        return mechanisms;
    }

    @Override
    public boolean exchange(Mechanism mechanism, Optional<Secret> initial) {
        asked.add("exchange " + mechanism + said(initial));
        return mechanisms.contains(mechanism);
    }

    @Override
    public void respond(Secret response) {
        asked.add("respond" + said(Optional.of(response)));
    }

    private static String said(Optional<Secret> response) {
        return response.map(
                        secret -> " '" + StandardCharsets.ISO_8859_1.decode(secret.view()) + "'")
                .orElse("");
    }

    @Override
    public void abandonExchange(String reason) {
        asked.add("abandon");
    }

    @Override
    public void open() {
        asked.add("open");
    }

    @Override
    public void retrieve(int message, long bodyLines, String status) {
        asked.add("retrieve " + message + " " + bodyLines);
    }

    @Override
    public void update(BitSet messages) {
        asked.add("update " + messages);
    }

    @Override
    public void close(SessionEnd cause, String detail) {
        if (end.isPresent()) {
            throw new AssertionError("closed twice");
        }
        end = Optional.of(cause);
    }
}
