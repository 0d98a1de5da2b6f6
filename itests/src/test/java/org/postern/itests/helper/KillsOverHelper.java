package org.postern.itests.helper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.postern.testkit.kill.KillCampaign;
import org.postern.testkit.kill.KilledFormat;
import org.postern.testkit.kill.Tally;

/**
 * Processes that are killed while they delete messages through the helper, and agents that are
 * killed under them. How many it is in every run; the profile {@code exhaustive} asks for {@link
 * #MANY}, and POSTERN_KILLS and POSTERN_KILLS_SEED for any number of them. Both formats at once,
 * each with a helper of its own: the agents of no other tests are killed.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillsOverHelper {
    private static final int FEW = 4;
    private static final int MANY = 400;
    // A victim that waits for ever is found out, however many are asked for.
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration EACH = Duration.ofSeconds(10);

    @TempDir Path temporary;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void mboxLosesNoMessage() throws Exception {
        kill("mbox", new KilledServedMbox(temporary));
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void maildirLosesNoMessage() throws Exception {
        kill("Maildir", new KilledServedMaildir(temporary));
    }

    private void kill(String name, KilledFormat format) throws Exception {
        Map<String, String> environment = System.getenv();
        boolean exhaustive = KillsOverHelper.class.getResource("/exhaustive") != null;
        int usual = exhaustive ? MANY : FEW;
        int kills = Integer.parseInt(environment.getOrDefault("POSTERN_KILLS", "" + usual));
        long random = new SecureRandom().nextLong();
        long seed = Long.parseLong(environment.getOrDefault("POSTERN_KILLS_SEED", "" + random));
        System.out.println(name + " over the helper: " + kills + " kills, seed " + seed);
        Duration most = START.plus(EACH.multipliedBy(kills));
        Tally tally = assertTimeoutPreemptively(most, () -> run(format, kills, seed));
        System.out.println(Tally.heading() + "\n" + tally.rows(name + ", helper"));
        assertEquals(kills, tally.kills());
    }

    private Tally run(KilledFormat format, int kills, long seed) throws Exception {
        try (KillCampaign campaign = KillCampaign.of(format, format.getClass(), temporary)) {
            return campaign.run(kills, seed);
        }
    }
}
