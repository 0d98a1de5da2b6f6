package org.postern.itests.root;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postern.itests.PopClient;
import org.postern.itests.PosternServer;

/** A session that has been brought to a {@link Phase} and is kept there. */
final class PhasedSession implements AutoCloseable {
    /** In {@link SystemUsers#SLOW}, so its check by PAM takes longer than is permitted. */
    static final String SLOW = "slowly";

    /** Has a hash that takes a while. */
    static final String HEAVY = "heavily";

    /** Has a {@link BigMailbox}. */
    static final String BIG = "big";

    private static final List<String> HEAVY_HASH = List.of("-c", "SHA512", "-s", "200000");
    private static final int ATTEMPTS = 10;
    // As few as helper.conf may say.
    private static final int FEWEST_CHECKS = 4;

    private final Site site;
    private final Phase phase;
    private final PopClient client;
    private final List<PopClient> before = new ArrayList<>();
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
            case CONNECTED, QUEUED, ACCEPTED -> HEAVY;
            case CHECKING -> SLOW;
            case OPENED, RETRIEVING, LOCKED, REWRITING, CUTTING, CLOSING -> BIG;
        };
    }

    static PhasedSession bring(Site site, Phase phase) throws Exception {
        return switch (phase) {
            case CONNECTED -> connected(site, phase);
            case QUEUED -> queued(site);
            case CHECKING, ACCEPTED -> checking(site, phase);
            case OPENED -> new PhasedSession(site, phase, site.login(site.shadow(), BIG));
            case RETRIEVING -> retrieving(site);
            case LOCKED, REWRITING, CUTTING -> updating(site, phase);
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

    /** Those who come later are let in at once. */
    private static PhasedSession queued(Site site) throws Exception {
        PhasedSession session = connected(site, Phase.QUEUED);
        site.helper().reconfigure(Map.of("maxChecks", Integer.toString(FEWEST_CHECKS)));
        for (int i = 0; i < FEWEST_CHECKS; i++) {
            PhasedSession check = connected(site, Phase.CHECKING);
            session.before.add(check.client);
            check.ask();
        }
        Waiting.closely("the checks to begin", () -> checking(site).size() == FEWEST_CHECKS);
        session.ask();
        Waiting.closely("the check to wait", () -> !waiting(site).isEmpty());
        site.helper().reconfigure(Map.of());
        return session;
    }

    private static List<Long> checking(Site site) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (long pid : site.helper().checkers()) {
            if (Processes.hasLock(pid)) {
                pids.add(pid);
            }
        }
        return pids;
    }

    /** Checkers that wait for another one to end. */
    static List<Long> waiting(Site site) throws IOException {
        List<Long> pids = new ArrayList<>();
        for (long pid : site.helper().checkers()) {
            if (Processes.waitsForLock(pid)) {
                pids.add(pid);
            }
        }
        return pids;
    }

    private void ask() throws IOException {
        client.ok("USER " + SystemUsers.name(user(phase)));
        client.send("PASS " + SystemUsers.password(user(phase)) + "\r\n");
    }

    private static PhasedSession checking(Site site, Phase phase) throws Exception {
        PhasedSession session = connected(site, phase);
        session.ask();
        Waiting.closely("the check to begin", () -> !site.helper().checkers().isEmpty());
        if (phase == Phase.ACCEPTED) {
            session.stopServer(site.java());
            long uid = site.users().uid(user(phase));
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

    private static PhasedSession updating(Site site, Phase phase) throws Exception {
        Path mailbox = site.users().mailbox(BIG);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            PopClient client = site.login(site.shadow(), BIG);
            client.ok("DELE 1");
            if (phase == Phase.LOCKED) {
                // Has it read again in the update: there is time between the locks and the writing.
                PosternServer.run(List.of("chmod", "0600", mailbox.toString()));
            }
            PhasedSession session = new PhasedSession(site, phase, client);
            if (session.isStoppedInUpdate(mailbox)) {
                return session;
            }
            // It was quicker.
            session.goOn();
            client.expectOk(client.line());
            client.close();
            BigMailbox.fill(site.users(), BIG);
        }
        throw new AssertionError("the update is always quicker");
    }

    /** Has it updated, and stops the server at the right moment or too late. */
    private boolean isStoppedInUpdate(Path mailbox) throws Exception {
        long size = Files.size(mailbox);
        FileTime unchanged = Files.getLastModifiedTime(mailbox);
        long java = site.java();
        long read = Processes.octetsRead(java);
        client.send("QUIT\r\n");
        Waiting.tightly(
                "the update to be " + phase,
                () ->
                        switch (phase) {
                            case LOCKED ->
                                    Processes.octetsRead(java) > read + BigMailbox.entrySize();
                            case CUTTING -> BigMailbox.areLastMoving(mailbox);
                            default -> !Files.getLastModifiedTime(mailbox).equals(unchanged);
                        });
        stopServer(java);
        boolean untouched = Files.getLastModifiedTime(mailbox).equals(unchanged);
        return Files.size(mailbox) == size
                && Processes.isLocked(mailbox)
                && untouched == (phase == Phase.LOCKED);
    }

    private void stopServer(long java) throws Exception {
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
            case QUEUED, CHECKING, ACCEPTED -> expect(client.line(), "-ERR [SYS/TEMP]");
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
            case LOCKED, REWRITING, CUTTING -> {
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
        closeAll();
        if (rest >= 0) {
            throw new AssertionError("served to the end without a server");
        }
    }

    @Override
    public void close() throws IOException {
        goOn();
        closeAll();
    }

    private void closeAll() throws IOException {
        client.close();
        for (PopClient other : before) {
            other.close();
        }
    }
}
