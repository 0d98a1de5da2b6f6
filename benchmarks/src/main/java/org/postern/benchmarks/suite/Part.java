package org.postern.benchmarks.suite;

import java.io.IOException;

/** Some rows that are measured together. */
interface Part {
    void run(Bench bench) throws IOException, InterruptedException;
}
