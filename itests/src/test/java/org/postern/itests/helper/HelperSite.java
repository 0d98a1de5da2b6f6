package org.postern.itests.helper;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.helper.HelperMethod;
import org.postern.api.net.TlsLevel;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;
import org.postern.api.storage.StorageException;
import org.postern.helper.client.HelperClient;
import org.postern.posix.NativePosix;

/**
 * What src/test/root/contracts has set up: a helper for each format, and accounts without mail.
 * Opened once for a test class, whose tests run one after another.
 */
final class HelperSite implements AutoCloseable {
    private static final Path DIRECTORY = Path.of(System.getenv("POSTERN_CONTRACTS"));
    private static final List<String> ACCOUNTS =
            List.of("postern-ct-1", "postern-ct-2", "postern-ct-3");
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Posix posix;
    private final String helper;
    private final HelperClient client;
    private final Deque<String> free = new ArrayDeque<>(ACCOUNTS);

    /**
     * @param format what the helper serves to all its accounts, {@code mbox} or {@code maildir}
     */
    HelperSite(String format) throws IOException {
        this(posix(), format);
    }

    /**
     * @param helper the name that contracts gives it
     */
    HelperSite(Posix posix, String helper) throws IOException {
        this.posix = posix;
        this.helper = helper;
        this.client = HelperClient.open(posix, socket(helper));
    }

    static Posix posix() throws IOException {
        return NativePosix.open(work().resolve("native"));
    }

    /** The socket of the helper that serves a format. */
    static Path socket(String format) {
        return DIRECTORY.resolve(format).resolve("helper.sock");
    }

    /** The helper's sessions, each of which becomes an agent. */
    Stream<ProcessHandle> sessions() throws IOException {
        String pid = Files.readString(DIRECTORY.resolve(helper).resolve("pid"));
        return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow().children();
    }

    /** A directory of this process' own. */
    static Path work() {
        return DIRECTORY.resolve("work");
    }

    /** A fresh copy of every account's password, of 8 octets. */
    static byte[] password() throws IOException {
        return Files.readAllBytes(DIRECTORY.resolve("password"));
    }

    /** An account without mail, which is its again when it is closed. */
    ServedAccount account() {
        String name = free.remove();
        return new ServedAccount(
                posix,
                DIRECTORY.resolve("spool").resolve(name),
                DIRECTORY.resolve("homes").resolve(name),
                DIRECTORY.resolve("foreign"),
                () -> logIn(name),
                () -> free.add(name));
    }

    MailStorage logIn(String name) throws StorageException {
        try (Secret secret = new Secret(password())) {
            AuthenticationRequest request =
                    new AuthenticationRequest(
                            Mechanism.PASSWORD,
                            UserName.of(name.getBytes(StandardCharsets.US_ASCII)),
                            Optional.empty(),
                            secret,
                            new InetSocketAddress("198.51.100.7", 40000),
                            new InetSocketAddress("192.0.2.1", 110),
                            TlsLevel.NONE,
                            DEADLINE);
            AuthenticationOutcome outcome =
                    client.authenticate(HelperMethod.SHADOW, "shadow", request)
                            .outcome()
                            .toCompletableFuture()
                            .join();
            if (outcome instanceof Accepted accepted) {
                return accepted.mail().open();
            }
            throw new AssertionError(name + " at the helper of " + helper + ": " + outcome);
        } catch (StorageException refused) {
            throw refused;
        } catch (IOException unreadable) {
            throw new AssertionError("the accounts' password cannot be read", unreadable);
        }
    }

    Posix system() {
        return posix;
    }

    @Override
    public void close() {
        client.close();
    }
}
