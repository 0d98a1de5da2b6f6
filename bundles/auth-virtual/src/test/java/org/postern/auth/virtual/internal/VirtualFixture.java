package org.postern.auth.virtual.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import org.postern.api.auth.Account;
import org.postern.api.auth.AccountLookup;
import org.postern.api.auth.Authenticator;
import org.postern.api.auth.UserName;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorageProvider;
import org.postern.testkit.auth.AuthenticatorFixture;
import org.postern.testkit.auth.ManualTime;
import org.postern.testkit.memory.ManualClock;
import org.postern.testkit.memory.MemoryFiles;
import org.postern.testkit.memory.MemoryMailStorage;

/** The backend on a real file, with a clock, a timer and workers that the test moves. */
final class VirtualFixture implements AuthenticatorFixture {
    static final String PASSWORD = "s3cret";

    private final ManualTime time = new ManualTime();
    private final MailStorageProvider storage =
            location -> MemoryMailStorage.mbox(new MemoryFiles(new ManualClock()));
    private final Path file;
    private final VirtualAuthenticator authenticator;

    VirtualFixture(Posix posix, Path directory, String hash) throws IOException {
        file = Files.createTempFile(directory, "users", "");
        write("anna:" + hash + "::::/mail/anna::userdb_mail=mbox:~/inbox\n");
        authenticator =
                new VirtualAuthenticator(
                        posix,
                        time::nanos,
                        time,
                        time,
                        Map.of("users", file.toString(), "failureDelay", "1000"));
        authenticator.bindStorage(storage);
    }

    void write(String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** With other numbers of checks. */
    void configure(String checks, String checksWaiting) {
        authenticator.modified(
                Map.of(
                        "users",
                        file.toString(),
                        "failureDelay",
                        "1000",
                        "checks",
                        checks,
                        "checksWaiting",
                        checksWaiting));
    }

    Path file() {
        return file;
    }

    AccountLookup lookup() {
        return new VirtualLookup(authenticator, time);
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public UserName name() {
        return UserName.of("anna");
    }

    @Override
    public byte[] password() {
        return PASSWORD.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public Account account() {
        return new Account(name(), "virtual");
    }

    @Override
    public void pass(Duration duration) {
        time.advance(duration);
    }

    @Override
    public void breakDown() {
        authenticator.unbindStorage(storage);
    }

    void stop() {
        authenticator.deactivate();
    }

    @Override
    public void close() {
        stop();
    }
}
