package org.postern.mailbox.mbox.internal;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.postern.api.mailbox.LineConvention;
import org.postern.testkit.mailbox.MailboxFixture;

/** What is the same for an mbox in memory and on disk. */
abstract class MboxFixture implements MailboxFixture {

    /** The file's octets; none if it is missing. */
    abstract byte[] content() throws Exception;

    /** Adds octets at the end, as a program that delivers does. */
    abstract void append(byte[] octets) throws Exception;

    /** Writes one octet in place, as a program that edits does. */
    abstract void write(int position, byte octet) throws Exception;

    @Override
    public final LineConvention lines() {
        return LineConvention.LF;
    }

    @Override
    public final void create() throws Exception {
        append(new byte[0]);
    }

    @Override
    public final void deliver(byte[] message) throws Exception {
        byte[] before = content();
        int size = before.length;
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        boolean lineEnded = size == 0 || before[size - 1] == '\n';
        boolean emptyLast = size == 0 || (lineEnded && size > 1 && before[size - 2] == '\n');
        if (!lineEnded) {
            added.write('\n');
        }
        if (!emptyLast) {
            added.write('\n');
        }
        added.writeBytes(Scans.octets("From other@example.org Thu Jan  1 00:00:00 1970\n"));
        added.writeBytes(message);
        added.write('\n');
        append(added.toByteArray());
    }

    /** Without a header, without a line end before the separator's empty line, with lone dots. */
    @Override
    public final List<byte[]> oddMessages() {
        return List.of(
                Scans.octets("\n"),
                Scans.octets("\nno header\n"),
                Scans.octets("From nobody\nSubject: x\n\ny\n"),
                Scans.octets("Subject: CR LF\r\n\r\nbody\r\n\r\nFrom here\r\n\n"),
                Scans.octets("Subject: ends with empty lines\n\nx\n\n\n\n"));
    }

    /** None if it is not an mbox: a killed update may leave such a file. */
    @Override
    public final List<byte[]> messages() throws Exception {
        return NaiveMbox.parse(content()).isPresent() ? NaiveMbox.contents(content()) : List.of();
    }

    @Override
    public final long storedOctets() throws Exception {
        return content().length;
    }

    @Override
    public final void tamper(int message) throws Exception {
        NaiveMbox.Message victim = NaiveMbox.parse(content()).orElseThrow().get(message);
        write(victim.end() - 2, (byte) '#');
    }

    @Override
    public final boolean isTamperedAlone() {
        return false;
    }

    @Override
    public final boolean survivesFaults() {
        return true;
    }

    @Override
    public final boolean survivesKilledAppend() {
        return false;
    }
}
