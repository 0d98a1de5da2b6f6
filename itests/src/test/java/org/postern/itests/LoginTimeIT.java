package org.postern.itests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Who is not known, and who is and mistyped, take the same time over the network. */
@Isolated("measures how long a failure takes")
class LoginTimeIT {
    private static final int TRIES = 2000;
    private static final int AT_ONCE = 24;

    /** Longer than a check takes when as many wait as are at once. */
    private static final int FAILURE_DELAY_MILLIS = 80;

    /**
     * What a difference has to be to be one: a hash of this file's kind takes more, and is what an
     * unknown name would save.
     */
    private static final double TOLD_APART_MILLIS = 0.5;

    /** SHA256-crypt with 1,000 rounds, of another password. */
    private static final String HASH =
            "$5$rounds=1000$hostile$OmpbDPtopfr.WpnC0Shfdh844uMhwjIFOfTe/bOjaj5";

    @TempDir static Path directory;

    private static PosternServer server;
    private static Random random;

    @BeforeAll
    static void start() throws Exception {
        long seed = System.nanoTime();
        System.out.println("LoginTimeIT: seed " + seed);
        random = new Random(seed);
        server = new PosternServer(directory);
        // What is measured is the answer's time, not what a source that guesses has to wait.
        server.configure("org.postern.limits", "exempt=127.0.0.0/8", "maxLoginFailures=1000");
        server.configure(
                "org.postern.auth.virtual",
                "users=" + server.users(),
                "failureDelay=" + FAILURE_DELAY_MILLIS);
        for (String user : new String[] {"known", "other"}) {
            server.userLine(
                    user
                            + ":{SHA256-CRYPT}"
                            + HASH
                            + "::::"
                            + server.home(user)
                            + "::userdb_mail=mbox:~/inbox");
        }
        server.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static LoginTimes measure(String user, String password, int tries) throws Exception {
        return LoginTimes.measure(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()),
                new LoginTimes.Wrong("unknown", "wrong"),
                new LoginTimes.Wrong(user, password),
                tries,
                AT_ONCE,
                random);
    }

    @Test
    void unknownAndWrongTakeTheSameTime() throws Exception {
        measure("known", "wrong", TRIES / 10);
        LoginTimes times = measure("known", "wrong", TRIES);
        System.out.println("virtual, unknown name and wrong password: " + times);
        assertTrue(times.alike(TOLD_APART_MILLIS), times.toString());
    }
}
