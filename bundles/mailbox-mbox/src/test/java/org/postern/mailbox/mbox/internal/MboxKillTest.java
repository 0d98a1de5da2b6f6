package org.postern.mailbox.mbox.internal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.testkit.kill.KillCampaign;

/** Processes that are killed while they delete messages: see the profile {@code exhaustive}. */
class MboxKillTest {
    private static final int KILLS = 40;

    @TempDir Path temporary;

    @Test
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void noMessageIsLostChangedOrBack() throws Exception {
        int kills = Integer.getInteger("postern.kills", KILLS);
        long seed = Long.getLong("postern.kills.seed", new SecureRandom().nextLong());
        try (KillCampaign campaign =
                new KillCampaign(new KilledMbox(temporary), KilledMbox.class, temporary)) {
            System.out.println("mbox: " + campaign.run(kills, seed));
        }
    }
}
