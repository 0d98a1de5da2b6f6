package org.postern.pop3.internal;

import java.util.List;
import java.util.Optional;
import org.postern.api.auth.MailAccess;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.storage.EntryPage;
import org.postern.api.storage.EntryResult;
import org.postern.api.storage.MailDirectory;
import org.postern.api.storage.MailEntry;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.Opened;
import org.postern.api.storage.Renaming;
import org.postern.api.storage.StorageException;
import org.postern.testkit.protocol.ManualConnection;

/** Gives out ways to mail, and storages that only know whether they were closed. */
final class FakeAccess {
    private final ManualConnection connection;
    Optional<StorageException> failure = Optional.empty();
    int given;
    int held;

    FakeAccess(ManualConnection connection) {
        this.connection = connection;
    }

    MailAccess give() {
        given++;
        held++;
        return new Way();
    }

    private final class Way implements MailAccess {
        private boolean opened;
        private boolean closed;

        @Override
        public MailStorage open() throws StorageException {
            if (!connection.onWorker() || opened || closed) {
                throw new IllegalStateException("on a worker, once, before it is closed");
            }
            opened = true;
            if (failure.isPresent()) {
                throw failure.get();
            }
            held++;
            return new Storage();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                held--;
            }
        }
    }

    private final class Storage implements MailStorage {
        private boolean closed;

        @Override
        public String format() {
            return "fake";
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                held--;
            }
        }

        @Override
        public Optional<FileHandle> openMailbox() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileHandle openForUpdate(FileStatus expected) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createMailbox() {
            throw new UnsupportedOperationException();
        }

        @Override
        public EntryPage list(MailDirectory directory, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Opened> open(List<MailEntry> entries) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<EntryResult> rename(List<Renaming> renamings) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<EntryResult> unlink(List<MailEntry> entries) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileHandle create(MailEntry entry) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync(MailDirectory directory) {
            throw new UnsupportedOperationException();
        }
    }
}
