package org.postern.mailbox.mbox.internal;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.storage.MailStorage;
import org.postern.testkit.mailbox.MailboxFixture;
import org.postern.testkit.mailbox.MailboxFormatContract;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryDirectory;
import org.postern.testkit.memory.MemoryFile;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;
import org.postern.testkit.memory.MemoryPosix;

class MemoryMboxContractTest implements MailboxFormatContract {

    @Override
    public MailboxFixture mailbox() {
        return new InMemory();
    }

    private static final class InMemory extends MboxFixture {
        private final ManualClock clock = new ManualClock();
        private final MemoryFiles files = new MemoryFiles(clock);
        private final MemoryDirectory data = new MemoryDirectory(files, () -> this.last.faults());
        private MemoryMailStorage last = MemoryMailStorage.mbox(files);

        @Override
        public MailboxFormat format() {
            return new MboxFormat(
                    new MemoryPosix(clock, data),
                    Optional.of(MemoryPosix.DATA),
                    StepSizes::of,
                    0,
                    Map.of());
        }

        @Override
        public MailStorage storage() {
            last = MemoryMailStorage.mbox(files);
            return last;
        }

        @Override
        byte[] content() {
            return files.mailbox().map(MemoryFile::content).orElse(new byte[0]);
        }

        @Override
        void append(byte[] octets) {
            files.mailbox()
                    .orElseGet(() -> files.mailbox(files.newFile(new byte[0])))
                    .append(octets);
        }

        @Override
        void write(int position, byte octet) {
            files.mailbox().orElseThrow().write(position, new byte[] {octet});
        }

        @Override
        public void elapse(Duration duration) {
            clock.advance(duration);
        }

        @Override
        public void close() {}
    }
}
