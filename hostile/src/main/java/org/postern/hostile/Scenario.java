package org.postern.hostile;

import java.io.IOException;

/** One way to mean ill. Does it for the options' time, and leaves its connections open. */
interface Scenario {
    /** As it is named on the command line. */
    String name();

    void attack(Options options, Swarm swarm, Findings findings) throws IOException;
}
