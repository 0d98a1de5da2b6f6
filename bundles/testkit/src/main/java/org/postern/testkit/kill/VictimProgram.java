package org.postern.testkit.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.memory.Operations;

/**
 * The process that is killed. It is told a mailbox on its standard input and what to delete, says
 * on its standard output how far it is, and does what a session does at QUIT. Before that it has
 * deleted messages once elsewhere, so that what is killed is not the loading of classes.
 */
public final class VictimProgram {
    static final String READY = "ready";
    static final String OPENED = "opened";
    static final String EXPUNGING = "expunging";
    static final String EXPUNGED = "expunged";
    static final String DONE = "done ";
    static final String FAILED = "failed: ";

    private final KilledFormat format;
    private final BufferedReader input;
    private final PrintStream output;

    private VictimProgram(KilledFormat format) {
        this.format = format;
        this.input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        this.output = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    }

    /**
     * Runs until it is killed, or its input ends.
     *
     * @param scratch a directory for this process alone, which exists
     */
    public static void serve(KilledFormat format, Path scratch) throws IOException {
        VictimProgram program = new VictimProgram(format);
        Path directory = Files.createTempDirectory(scratch, "warm");
        format.mail().make(directory, Corpus.of(0, 3, 1_000));
        try {
            program.update(directory, "power", BitSet.valueOf(new byte[] {2}), () -> {}, any -> {});
            program.say(READY);
            program.run();
        } catch (MailboxException failed) {
            program.say(FAILED + failed.kind());
        }
    }

    private interface Wait {
        void run() throws IOException;
    }

    private interface Teller {
        void say(String line);
    }

    private void run() throws IOException, MailboxException {
        String directory = input.readLine();
        String durability = input.readLine();
        String deleted = input.readLine();
        if (deleted != null) {
            BitSet messages = BitSet.valueOf(HexFormat.of().parseHex(deleted));
            update(Path.of(directory), durability, messages, input::readLine, this::say);
            input.readLine();
        }
    }

    private void update(Path directory, String durability, BitSet deleted, Wait wait, Teller teller)
            throws IOException, MailboxException {
        try (MailStorage storage = format.storage(directory);
                Mailbox mailbox =
                        Operations.finish(
                                format.format(directory, durability)
                                        .open(storage, MailboxBounds.NONE, Optional.empty()),
                                VictimProgram::park)) {
            teller.say(OPENED);
            wait.run();
            teller.say(EXPUNGING);
            long begin = System.nanoTime();
            Operations.finish(mailbox.expunge(deleted), VictimProgram::park);
            teller.say(EXPUNGED);
            Operations.finish(mailbox.acknowledge(), VictimProgram::park);
            teller.say(DONE + (System.nanoTime() - begin));
        }
    }

    private void say(String line) {
        output.println(line);
    }

    static void park(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
