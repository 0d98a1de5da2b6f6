package org.postern.hostile;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who only wants their mail: logs in, asks STAT and quits, again and again, and says how
 * long each took. A process of its own, so that neither the attackers' threads nor their collector
 * are measured; ends with its standard input.
 */
final class Victim {
    /** From one session to the next: a hundred a second would be an attack too. */
    private static final long PAUSE_MILLIS = 10;

    /** So many that no limit for a source is theirs. */
    private static final int SOURCES = 250;

    private Victim() {}

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        Sources sources = new Sources(options.server(), Sources.VICTIMS, SOURCES);
        Thread.currentThread().setName("victim");
        while (System.in.available() == 0) {
            long start = System.nanoTime();
            String outcome = "ok";
            try {
                Session.look(options, sources.next());
            } catch (IOException e) {
                outcome = e.toString();
            }
            System.out.println((System.nanoTime() - start) + " " + outcome);
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            if (System.out.checkError()) {
                return;
            }
        }
    }
}
