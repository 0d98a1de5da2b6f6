package org.postern.itests.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postern.itests.PopClient;
import org.postern.itests.SampleMail;

/** Programs that deliver mail, and sessions that fetch and delete it, at the same time. */
@ExtendWith(SiteExtension.class)
class DeliveryAsRoot {
    private static final String USER = "fetched";
    // procmail(1) sleeps for a second at nearly each delivery, with its lock on the mailbox.
    private static final Map<String, Integer> DELIVERIES = Map.of("maildrop", 120, "procmail", 10);
    private static final String BODY = ("0123456789".repeat(6) + "\n").repeat(50);
    private static final String FROM = "From a@example.org Thu Jan  1 00:00:00 2026\n";
    // Too much other work for the server, or another session has changed the mailbox: come again.
    private static final List<String> LATER = List.of("-ERR [IN-USE]", "-ERR [SYS/TEMP]");

    private final Site site;

    DeliveryAsRoot(Site site) {
        this.site = site;
    }

    @Test
    void nothingIsLostDoubledOrTorn() throws Exception {
        site.users().add(USER);
        Path mailbox = site.users().mail(USER, "");
        AtomicBoolean delivered = new AtomicBoolean();
        List<String> fetched = Collections.synchronizedList(new ArrayList<>());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Integer> fetching =
                    () -> {
                        int sessions = 0;
                        while (!delivered.get()) {
                            fetch(true, fetched);
                            sessions++;
                        }
                        return sessions;
                    };
            Callable<Integer> reading =
                    () -> {
                        int sessions = 0;
                        while (!delivered.get()) {
                            fetch(false, new ArrayList<>());
                            sessions++;
                        }
                        return sessions;
                    };
            Future<?> maildrop = threads.submit(() -> deliver("maildrop"));
            Future<?> procmail = threads.submit(() -> deliver("procmail"));
            Future<Integer> fetches = threads.submit(fetching);
            Future<Integer> readings = threads.submit(reading);
            try {
                maildrop.get();
                procmail.get();
            } finally {
                delivered.set(true);
            }
            System.out.println(
                    total()
                            + " messages delivered while "
                            + fetches.get()
                            + " sessions deleted and "
                            + readings.get()
                            + " read; deleted until then: "
                            + fetched.size());
            assertTrue(!fetched.isEmpty() && fetched.size() <= total());
        } finally {
            threads.shutdownNow();
        }
        Waiting.until("the last session to be let in", () -> fetch(true, fetched));
        List<String> all = new ArrayList<>();
        DELIVERIES.forEach(
                (program, count) -> {
                    for (int i = 0; i < count; i++) {
                        all.add(program + " " + i);
                    }
                });
        Collections.sort(all);
        Collections.sort(fetched);
        assertEquals(all, fetched);
        assertEquals(0, Files.size(mailbox));
        site.assertSettled(mailbox);
    }

    private static int total() {
        return DELIVERIES.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** As an MTA runs it: as the user, who may lock in the spool by the program's own rights. */
    private Void deliver(String program) throws Exception {
        List<String> command = new ArrayList<>(List.of("setpriv"));
        command.addAll(
                List.of("--reuid=" + SystemUsers.name(USER), "--regid=" + SystemUsers.name(USER)));
        command.addAll(List.of("--clear-groups", program));
        if (program.equals("procmail")) {
            command.addAll(List.of("DEFAULT=" + site.users().mailbox(USER), "/dev/null"));
        }
        for (int i = 0; i < DELIVERIES.get(program); i++) {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("LOGNAME", SystemUsers.name(USER));
            builder.environment().put("USER", SystemUsers.name(USER));
            builder.environment().put("HOME", site.users().home(USER).toString());
            Process mda = builder.start();
            try (var input = mda.getOutputStream()) {
                // Who delivers with procmail gives it this line.
                String from = program.equals("procmail") ? FROM : "";
                input.write((from + message(program + " " + i)).getBytes(ISO_8859_1));
            }
            String said = new String(mda.getInputStream().readAllBytes(), ISO_8859_1);
            if (mda.waitFor() != 0) {
                throw new IOException(program + " failed: " + said);
            }
        }
        return null;
    }

    private static String message(String subject) {
        return "From: a@example.org\nSubject: " + subject + "\n\n" + BODY;
    }

    /**
     * One session that reads all there is.
     *
     * @param delete whether it deletes that, too; then it counts if the server has said so
     * @return whether it was let in and ended well
     */
    private boolean fetch(boolean delete, List<String> fetched) throws IOException {
        List<String> subjects = new ArrayList<>();
        try (PopClient client = new PopClient(site.shadow())) {
            client.expectOk(client.line());
            client.ok("USER " + SystemUsers.name(USER));
            String reply = client.command("PASS " + SystemUsers.password(USER));
            if (LATER.stream().anyMatch(reply::startsWith)) {
                return false;
            }
            client.expectOk(reply);
            int messages = Integer.parseInt(client.ok("STAT").split(" ", -1)[1]);
            for (int number = 1; number <= messages; number++) {
                byte[] content;
                try {
                    content = client.retrieve(number);
                } catch (IOException changed) {
                    if (delete) {
                        throw changed;
                    }
                    // The other session has taken it away: this one is cut, and tears nothing.
                    return false;
                }
                String text = new String(content, ISO_8859_1);
                int at = text.indexOf("Subject: ") + "Subject: ".length();
                String subject = text.substring(at, text.indexOf('\r', at));
                assertArrayEquals(SampleMail.sent(message(subject)), content);
                subjects.add(subject);
                if (delete) {
                    client.ok("DELE " + number);
                }
            }
            client.quit();
        }
        fetched.addAll(subjects);
        return true;
    }
}
