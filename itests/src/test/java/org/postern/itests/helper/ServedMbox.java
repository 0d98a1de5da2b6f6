package org.postern.itests.helper;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.mailbox.mbox.internal.MboxFormat;
import org.postern.testkit.mailbox.MailboxFixture;

/** A user's spool file; each session logs in. */
final class ServedMbox implements MailboxFixture {
    private static final String SEPARATOR = "From other@example.org Thu Jan  1 00:00:00 1970\n";

    private final Posix posix;
    private final ServedAccount account;

    ServedMbox(Posix posix, ServedAccount account) {
        this.posix = posix;
        this.account = account;
    }

    @Override
    public MailboxFormat format() {
        return new MboxFormat(posix, Optional.of(HelperSite.work()), Map.of());
    }

    @Override
    public MailStorage storage() {
        try {
            return account.open("mbox");
        } catch (StorageException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public LineConvention lines() {
        return LineConvention.LF;
    }

    private String content() throws IOException {
        return Files.exists(account.mailbox())
                ? Files.readString(account.mailbox(), ISO_8859_1)
                : "";
    }

    private void append(String text) throws IOException {
        Files.write(
                account.mailbox(),
                text.getBytes(ISO_8859_1),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    @Override
    public void create() throws IOException {
        append("");
    }

    // What is delivered here ends with an empty line, and nothing else is ever appended.
    @Override
    public void deliver(byte[] message) throws IOException {
        append(SEPARATOR + new String(message, ISO_8859_1) + "\n");
    }

    @Override
    public List<byte[]> messages() throws IOException {
        List<byte[]> messages = new ArrayList<>();
        String content = content();
        for (int separator : separators(content)) {
            messages.add(
                    content.substring(content.indexOf('\n', separator) + 1, end(content, separator))
                            .getBytes(ISO_8859_1));
        }
        return messages;
    }

    private static List<Integer> separators(String content) {
        List<Integer> separators = new ArrayList<>();
        if (!content.isEmpty() && !content.startsWith("From ")) {
            throw new AssertionError("this is no mbox");
        }
        for (int at = content.isEmpty() ? -1 : 0; at >= 0; at = next(content, at)) {
            separators.add(at);
        }
        return separators;
    }

    // Where the separator after this one begins; -1 if there is none.
    private static int next(String content, int separator) {
        int emptyLine = content.indexOf("\n\nFrom ", separator);
        return emptyLine < 0 ? -1 : emptyLine + 2;
    }

    // Where the empty line begins that ends a message.
    private static int end(String content, int separator) {
        int next = next(content, separator);
        return (next < 0 ? content.length() : next) - 1;
    }

    @Override
    public long storedOctets() throws IOException {
        return content().length();
    }

    @Override
    public void tamper(int message) throws IOException {
        String content = content();
        int lastLetter = end(content, separators(content).get(message)) - 2;
        try (FileChannel file = FileChannel.open(account.mailbox(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {'#'}), lastLetter);
        }
    }

    @Override
    public boolean isTamperedAlone() {
        return false;
    }

    @Override
    public boolean survivesFaults() {
        return false;
    }

    /** Lets as much time pass as matters: after two ticks a file is old. */
    @Override
    public void elapse(Duration duration) {
        long most = Math.min(duration.toNanos(), 2 * posix.coarseTickNanos());
        long end = System.nanoTime() + most;
        for (long left = most; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() throws IOException {
        account.close();
    }
}
