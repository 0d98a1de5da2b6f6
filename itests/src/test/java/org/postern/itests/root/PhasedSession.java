package org.postern.itests.root;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.postern.itests.PopClient;

/** A session that has been brought to a {@link Phase} and is kept there. */
final class PhasedSession implements AutoCloseable {
    /** In {@link SystemUsers#SLOW}, so its check by PAM takes longer than is permitted. */
    static final String SLOW = "slowly";

    /** Has a hash that takes a while. */
    static final String HEAVY = "heavily";

    /** Has a {@link BigMailbox}. */
    static final String BIG = "big";

    private static final List<String> HEAVY_HASH = List.of("-c", "SHA512", "-s", "200000");
    private static final int ATTEMPTS = 5;

    private final Site site;
    private final Phase phase;
    private final PopClient client;
    private boolean stopped;

    private PhasedSession(Site site, Phase phase, PopClient client) {
        this.site = site;
        this.phase = phase;
        this.client = client;
    }

    /** Adds the users whose sessions these are. */
    static void addUsers(SystemUsers users) throws IOException {
        users.add(SLOW, "-G", SystemUsers.SLOW);
        users.add(HEAVY, HEAVY_HASH);
        users.add(BIG);
    }

    /** Whose session it is. */
    static String user(Phase phase) {
        return switch (phase) {
            case CONNECTED, ACCEPTED -> HEAVY;
            case CHECKING -> SLOW;
            case OPENED, RETRIEVING, REWRITING, CLOSING -> BIG;
        };
    }

    static PhasedSession bring(Site site, Phase phase) throws Exception {
        return switch (phase) {
            case CONNECTED -> connected(site, phase);
            case CHECKING, ACCEPTED -> checking(site, phase);
            case OPENED -> new PhasedSession(site, phase, site.login(site.shadow(), BIG));
            case RETRIEVING -> retrieving(site);
            case REWRITING -> rewriting(site);
            case CLOSING -> {
                PopClient client = site.login(site.shadow(), BIG);
                client.send("QUIT\r\n");
                yield new PhasedSession(site, phase, client);
            }
        };
    }

    private static PhasedSession connected(Site site, Phase phase) throws IOException {
        PopClient client = new PopClient(phase == Phase.CHECKING ? site.pam() : site.shadow());
        client.expectOk(client.line());
        return new PhasedSession(site, phase, client);
    }

    private static PhasedSession checking(Site site, Phase phase) throws Exception {
        String user = user(phase);
        PhasedSession session = connected(site, phase);
        session.client.ok("USER " + SystemUsers.name(user));
        session.client.send("PASS " + SystemUsers.password(user) + "\r\n");
        Waiting.closely("the check to begin", () -> !site.helper().checkers().isEmpty());
        if (phase == Phase.ACCEPTED) {
            session.stopServer();
            long uid = site.users().uid(user);
            Waiting.until("the agent", () -> !site.helper().agents(uid).isEmpty());
        }
        return session;
    }

    private static PhasedSession retrieving(Site site) throws IOException {
        PopClient client = site.login(site.shadow(), BIG);
        client.ok("RETR 1");
        // The server waits for its reader.
        client.line();
        return new PhasedSession(site, Phase.RETRIEVING, client);
    }

    private static PhasedSession rewriting(Site site) throws Exception {
        Path mailbox = site.users().mailbox(BIG);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            PopClient client = site.login(site.shadow(), BIG);
            client.ok("DELE 1");
            long size = Files.size(mailbox);
            FileTime before = Files.getLastModifiedTime(mailbox);
            PhasedSession session = new PhasedSession(site, Phase.REWRITING, client);
            client.send("QUIT\r\n");
            Waiting.closely(
                    "the rewrite to begin",
                    () -> !Files.getLastModifiedTime(mailbox).equals(before));
            session.stopServer();
            if (Files.size(mailbox) == size) {
                return session;
            }
            // It was quicker.
            session.goOn();
            client.expectOk(client.line());
            client.close();
            BigMailbox.fill(site.users(), BIG);
        }
        throw new AssertionError("the rewrite is always quicker");
    }

    private void stopServer() throws Exception {
        long java = site.java();
        Processes.signal("STOP", java);
        stopped = true;
        Waiting.closely(
                "the server to stop", () -> Processes.status(java, "State").get(0).equals("T"));
    }

    PopClient client() {
        return client;
    }

    /** Lets the server go on. */
    void goOn() throws IOException {
        if (stopped) {
            stopped = false;
            Processes.signal("CONT", site.java());
        }
    }

    /**
     * What becomes of it after its agent, checker or monitor has been killed.
     *
     * @throws AssertionError if it is not what it should be
     */
    void assertEnd() throws Exception {
        goOn();
        switch (phase) {
            case CONNECTED -> {
                // Goes on when the helper is back.
            }
            case CHECKING, ACCEPTED -> expect(client.line(), "-ERR [SYS/TEMP]");
            case OPENED -> {
                // What is open can be read; what is deleted cannot be written.
                client.ok("DELE 1");
                expect(client.command("QUIT"), "-ERR");
            }
            case RETRIEVING -> {
                long rest = rest();
                if (rest >= 0 && rest != BigMailbox.sentSize() - BigMailbox.FIRST_LINE) {
                    throw new AssertionError("a torn message: " + rest);
                }
            }
            case REWRITING -> {
                expect(client.line(), "+OK");
                if (!BigMailbox.isWithoutFirst(site.users().mailbox(BIG))) {
                    throw new AssertionError("the rewrite was not finished");
                }
            }
            case CLOSING -> expect(client.line(), "+OK");
        }
    }

    private long rest() throws IOException {
        try {
            return client.skipMessage();
        } catch (EOFException | SocketException cut) {
            return -1;
        }
    }

    private static void expect(String reply, String beginning) {
        if (!reply.startsWith(beginning)) {
            throw new AssertionError(reply);
        }
    }

    /** Its server has been killed: nothing but the end may come. */
    void abandon() throws IOException {
        stopped = false;
        long rest = rest();
        client.close();
        if (rest >= 0) {
            throw new AssertionError("served to the end without a server");
        }
    }

    @Override
    public void close() throws IOException {
        goOn();
        client.close();
    }
}
