package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.check.Finding;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.posix.Posix;
import org.postern.posix.internal.SystemPosix;

/** Certificates and keys in real files: what is taken up, and what is refused with which words. */
class TlsFilesTest {
    @TempDir Path directory;

    private final Map<String, String> properties = new HashMap<>();
    private Posix posix;
    private Path certificate;
    private Path key;

    @BeforeEach
    void make() throws Exception {
        posix = new SystemPosix(directory.resolve("native"));
        certificate = directory.resolve("server.pem");
        key = directory.resolve("server.key");
        properties.put("certificate", certificate.toString());
        properties.put("privateKey", key.toString());
        write(TestPair.of("mail.example.org").make());
    }

    private void write(TestPair.Made pair) throws Exception {
        write(certificate, "rw-r--r--", pair.certificate());
        write(key, "rw-------", pair.key());
    }

    // As programs that renew certificates do: a new file in the old one's place.
    private void write(Path file, String mode, Object... objects) throws IOException {
        Path fresh = directory.resolve("fresh");
        Files.write(fresh, PemTest.pem(objects));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private TlsFiles open(Optional<TlsFiles> before) {
        LiveConfiguration<TlsConfiguration> configuration =
                new LiveConfiguration<>(
                        "org.postern.tls",
                        settings -> TlsConfiguration.read(settings, directory.resolve("made")),
                        problem -> {
                            throw new IllegalArgumentException(problem.toString());
                        });
        configuration.update(properties);
        return new TlsFiles(
                posix, configuration.current().orElseThrow(), client -> Runnable::run, before);
    }

    private TlsFiles looked() {
        TlsFiles files = open(Optional.empty());
        files.look();
        return files;
    }

    private static X509Certificate shown(TlsFiles files) {
        return files.identity("").orElseThrow().certificate();
    }

    private void refused(String words) {
        TlsFiles files = looked();
        assertEquals(Optional.empty(), files.context());
        assertEquals(1, files.problems().size());
        TlsProblem problem = files.problems().get(0);
        assertTrue(problem.getMessage().contains(words), problem.getMessage());
    }

    @Test
    void aGoodPairIsTakenUp() {
        TlsFiles files = looked();
        assertTrue(files.context().isPresent());
        assertEquals(List.of(), files.problems());
        assertEquals(List.of(), files.warnings(Instant.now()));
        assertFalse(files.look());
    }

    @Test
    void whoCouldHaveReadOrWrittenTheKey() throws Exception {
        for (String mode : List.of("rw----r--", "rw--w----", "rw-----w-", "rw-r--r--")) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
            refused("others than its owner could read or change it: chmod 600 " + key);
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(List.of(), looked().problems());
        Files.setPosixFilePermissions(certificate, PosixFilePermissions.fromString("rw-rw-r--"));
        refused("others than its owner could change it: chmod 644 " + certificate);
    }

    @Test
    void whatIsNoFile() throws Exception {
        Path real = directory.resolve("real");
        Files.move(key, real);
        refused("it does not exist");
        Files.createSymbolicLink(key, real);
        refused("it is a symbolic link");
        Files.delete(key);
        Files.createDirectory(key);
        refused("it is not a regular file");
    }

    @Test
    void whatDoesNotFit() throws Exception {
        write(key, "rw-------", TestPair.of().make().key());
        refused("is not the key of the first certificate in " + certificate);
        write(certificate, "rw-r--r--", TestPair.of().make().key());
        refused("has no certificate");
        Files.write(certificate, new byte[Pair.MOST_OCTETS + 1]);
        refused("it has more than " + Pair.MOST_OCTETS + " octets");
    }

    @Test
    void aReplacedPairIsTakenUpOnceItIsWhole() throws Exception {
        TlsFiles files = looked();
        X509Certificate old = shown(files);
        files.look();
        TestPair.Made next = TestPair.of("mail.example.org").make();
        write(certificate, "rw-r--r--", next.certificate());
        assertFalse(files.look());
        assertEquals(List.of(), files.problems(), "it may be half way yet");
        assertFalse(files.look());
        assertEquals(1, files.problems().size());
        assertEquals(old, shown(files));
        TlsProblem problem = files.problems().get(0);
        assertFalse(files.look());
        assertEquals(List.of(problem), files.problems(), "read again without a reason");

        write(key, "rw-------", next.key());
        assertFalse(files.look());
        assertTrue(files.look());
        assertEquals(List.of(), files.problems());
        assertEquals(next.certificate(), shown(files));
    }

    @Test
    void whatWasGoodLastStays() throws Exception {
        TlsFiles files = looked();
        X509Certificate old = shown(files);
        properties.put("certificate", directory.resolve("missing").toString());
        TlsFiles changed = open(Optional.of(files));
        changed.look();
        assertEquals("certificate", changed.problems().get(0).key());
        assertEquals(old, shown(changed));
        assertTrue(changed.context().isPresent());
    }

    @Test
    void expiredOnesAreServedWithAWarning() throws Exception {
        Instant now = Instant.now();
        write(
                TestPair.of()
                        .valid(now.minus(Duration.ofDays(90)), now.minus(Duration.ofDays(1)))
                        .make());
        TlsFiles files = looked();
        assertTrue(files.context().isPresent());
        Finding warning = files.warnings(now).get(0);
        assertEquals(certificate.toString(), warning.path());
        assertTrue(warning.problem().startsWith("expired on "), warning.problem());
        Instant until = shown(files).getNotAfter().toInstant();
        assertEquals(
                List.of("expires on " + until),
                problems(files, until.minus(Identity.SOON).plusSeconds(1)));
        assertEquals(List.of(), problems(files, until.minus(Identity.SOON).minusSeconds(1)));
        Instant from = shown(files).getNotBefore().toInstant();
        assertEquals(List.of("is not valid before " + from), problems(files, from.minusSeconds(1)));
    }

    private static List<String> problems(TlsFiles files, Instant now) {
        return files.warnings(now).stream().map(Finding::problem).toList();
    }

    @Test
    void namesHaveTheirOwn() throws Exception {
        TestPair.Made other = TestPair.of("*.example.net").make();
        Path both = directory.resolve("both.pem");
        write(both, "rw-------", other.key(), other.certificate());
        properties.put("names", "*.example.net, Pop.example.com");
        properties.put("certificate.*.example.net", both.toString());
        properties.put("privateKey.*.example.net", both.toString());
        properties.put("certificate.Pop.example.com", both.toString());
        properties.put("privateKey.Pop.example.com", directory.resolve("missing").toString());
        TlsFiles files = looked();
        assertTrue(files.context().isPresent());
        assertEquals(
                other.certificate(), files.identity("*.example.net").orElseThrow().certificate());
        assertEquals(Optional.empty(), files.identity("pop.example.com"));
        assertEquals(
                List.of("privateKey.pop.example.com"),
                files.problems().stream().map(TlsProblem::key).toList());
        properties.put("privateKey.Pop.example.com", both.toString());
        assertEquals(List.of("is not for pop.example.com"), problems(looked(), Instant.now()));
    }

    @Test
    void withoutAuthoritiesThatCanBeReadNobodyIsLetIn() throws Exception {
        Path authorities = directory.resolve("clients.pem");
        properties.put("clientCertificates", "wanted");
        properties.put("clientAuthorities", authorities.toString());
        refused("it does not exist");
        write(authorities, "rw-r--r--", TestPair.of().authority().make().certificate());
        assertTrue(looked().context().isPresent());
    }

    @Test
    void thePairThatTheServerMakes() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path made = SelfSigned.in(data);
        assertTrue(SelfSigned.make(posix, made));
        assertEquals(
                PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(made));
        assertEquals(
                PosixFilePermissions.fromString("rwx------"),
                Files.getPosixFilePermissions(made.getParent()));
        byte[] before = Files.readAllBytes(made);
        assertFalse(SelfSigned.make(posix, made));
        assertEquals(List.of("self-signed.pem"), List.of(made.getParent().toFile().list()));
        assertEquals(0, java.util.Arrays.compare(before, Files.readAllBytes(made)));
        properties.put("certificate", made.toString());
        properties.put("privateKey", made.toString());
        TlsFiles files = looked();
        assertEquals(List.of(), files.problems());
        assertEquals(List.of(), files.warnings(Instant.now()));
        assertTrue(HostNames.covers(shown(files), "localhost"));
    }

    @Test
    void whatWasLeftUnfinishedIsMadeAgain() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Path made = SelfSigned.in(data);
        Files.createDirectory(made.getParent());
        Files.write(made.resolveSibling(".unfinished"), new byte[3]);
        assertTrue(SelfSigned.make(posix, made));
        assertEquals(List.of("self-signed.pem"), List.of(made.getParent().toFile().list()));
    }

    @Test
    void aConfigurationProblemNamesKeyValueAndRemedy() throws Exception {
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        TlsComponent component =
                new TlsComponent(
                        posix,
                        client -> Runnable::run,
                        Optional.empty(),
                        java.time.Clock.systemUTC(),
                        properties);
        try {
            component.looked().toCompletableFuture().get();
            assertEquals(Optional.empty(), component.context());
            assertEquals(
                    List.of(
                            new ConfigurationProblem(
                                    "org.postern.tls.cfg",
                                    "privateKey",
                                    key.toString(),
                                    "others than its owner could read or change it: chmod 600 "
                                            + key)),
                    component.problems());
            assertTrue(component.problem().contains("chmod 600 " + key));
        } finally {
            component.close();
        }
    }
}
