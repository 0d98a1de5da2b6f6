package org.postern.mailbox.mbox.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.kill.KillCampaign;
import org.postern.testkit.kill.Tally;

/** Processes that are killed while they delete messages: see the profile {@code exhaustive}. */
class MboxKillTest {
    private static final int KILLS = 40;

    @TempDir Path temporary;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void noMessageIsLostChangedOrBack() throws Exception {
        int kills = Integer.getInteger("postern.kills", KILLS);
        long seed = Long.getLong("postern.kills.seed", new SecureRandom().nextLong());
        System.out.println("mbox: " + kills + " kills, seed " + seed);
        try (KillCampaign campaign =
                KillCampaign.of(new KilledMbox(temporary), KilledMbox.class, temporary)) {
            Tally tally = campaign.run(kills, seed);
            System.out.println(Tally.heading() + "\n" + tally.rows("mbox, local"));
            assertEquals(kills, tally.kills());
        }
    }
}
