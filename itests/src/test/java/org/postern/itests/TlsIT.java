package org.postern.itests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.ongres.scram.client.ScramClient;
import jakarta.mail.Folder;
import jakarta.mail.Session;
import jakarta.mail.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Encryption by the assembled distribution: OpenSSL looks at versions, names and replaced files,
 * and the programs that people fetch mail with do so over STLS and over implicit TLS.
 */
class TlsIT {
    private static final String USER = "anna";
    // With a {SCRAM-SHA-256} hash of the same password, made by gsasl --mkpasswd.
    private static final String SCRAM_USER = "sam";
    private static final String SCRAM_HASH =
            "{SCRAM-SHA-256}4096,4Vp/rI4lMSagu8T/,"
                    + "bx2jjqfVcNsEXLZQuJa2z+WPa3/EmIuGQvqW7Dg4OQ8=,"
                    + "pcfP5oNr0FfNVZRo15csF+np0YjM942JxzGy3NFZn30=";
    private static final String CERTIFIED = "carl@example.org";
    private static final String MESSAGE =
            "From: a@example.org\nSubject: one\nMessage-ID: <1@example.org>\n\n"
                    + ".one\n..\n\n \tspaces \t\n"
                    + "x".repeat(990)
                    + "\n\u00e4\n\nend\n";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir static Path directory;
    @TempDir Path clientHome;

    private static PosternServer server;
    private static Path tls;
    private static int implicit;

    @BeforeAll
    static void start() throws Exception {
        server = new PosternServer(directory);
        implicit = PosternServer.freePort();
        tls = Files.createDirectory(directory.resolve("tls"));
        pair("localhost");
        pair("pop.example.org");
        authority("ca");
        configure("engine=jdk");
        server.configure(
                "org.postern.listener~test",
                "address=" + PosternServer.LOOPBACK,
                "port=" + server.port(),
                "tls=starttls",
                "mechanisms=SCRAM-SHA-256-PLUS,SCRAM-SHA-256,PLAIN,EXTERNAL",
                "plaintextLogin=never");
        server.configure(
                "org.postern.listener~tls",
                "address=" + PosternServer.LOOPBACK,
                "port=" + implicit,
                "tls=implicit",
                "mechanisms=SCRAM-SHA-256-PLUS,SCRAM-SHA-256,PLAIN,EXTERNAL",
                "plaintextLogin=never");
        server.user(USER, "mbox:~/inbox");
        server.userLine(
                SCRAM_USER
                        + ":"
                        + SCRAM_HASH
                        + "::::"
                        + server.home(SCRAM_USER)
                        + "::userdb_mail=mbox:~/inbox");
        for (String user : List.of(USER, SCRAM_USER)) {
            Files.writeString(
                    server.home(user).resolve("inbox"), SampleMail.mboxEntry(MESSAGE), ISO_8859_1);
        }
        // No password opens it.
        server.userLine(CERTIFIED + ":::::" + server.home(USER) + "::userdb_mail=mbox:~/inbox");
        server.start();
        server.await("the port of TLS to open", SOON, () -> isOpen(implicit));
    }

    private static void configure(String... more) throws IOException {
        List<String> lines =
                new ArrayList<>(
                        List.of(
                                "certificate=" + tls.resolve("localhost.pem"),
                                "privateKey=" + tls.resolve("localhost.key"),
                                "clientCertificates=wanted",
                                "clientAuthorities=" + tls.resolve("ca.pem"),
                                "names=pop.example.org",
                                "certificate.pop.example.org=" + tls.resolve("pop.example.org.pem"),
                                "privateKey.pop.example.org="
                                        + tls.resolve("pop.example.org.key")));
        lines.addAll(List.of(more));
        server.configure("org.postern.tls", lines.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static boolean isOpen(int port) {
        try {
            new java.net.Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    // Both files in the old ones' places, as programs that renew certificates do it.
    private static void pair(String name) throws Exception {
        Path key = tls.resolve("new.key");
        Path certificate = tls.resolve("new.pem");
        run(
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "30",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=DNS:" + name,
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()),
                "",
                0);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        server.own(key);
        server.own(certificate);
        Files.move(certificate, tls.resolve(name + ".pem"), StandardCopyOption.ATOMIC_MOVE);
        Files.move(key, tls.resolve(name + ".key"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void authority(String name) throws Exception {
        inTls(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30"
                        + " -subj /CN=authority -keyout "
                        + name
                        + ".key -out "
                        + name
                        + ".pem");
        server.own(tls);
    }

    /** What a client may show: of this authority, good for so many days from now. */
    private static String[] client(String authority, String name, String days) throws Exception {
        inTls(
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=client"
                        + " -keyout client.key -out client.csr -addext subjectAltName="
                        + name);
        inTls(
                "x509 -req -in client.csr -copy_extensions copy -out client.pem -days "
                        + days
                        + " -CA "
                        + authority
                        + ".pem -CAkey "
                        + authority
                        + ".key");
        return new String[] {
            "-cert",
            tls.resolve("client.pem").toString(),
            "-key",
            tls.resolve("client.key").toString()
        };
    }

    private static void inTls(String openssl) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("env", "--chdir=" + tls.toString(), "openssl"));
        command.addAll(List.of(openssl.split(" ", -1)));
        run(command, "", 0);
    }

    private static String run(List<String> command, String input, int status)
            throws IOException, InterruptedException {
        return run(command, directory, input, status);
    }

    private static String run(List<String> command, Path home, String input, int status)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", home.toString());
        builder.environment().put("FETCHMAILHOME", home.toString());
        Process process = builder.start();
        try (var out = process.getOutputStream()) {
            out.write(input.getBytes(ISO_8859_1));
        } catch (IOException closed) {
            // It did not read it.
        }
        String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
        int ended = process.waitFor();
        assertEquals(status == 0, ended == 0, () -> command + " said: " + output);
        return output;
    }

    // OpenSSL's client: what it says of the handshake, and what the server said behind it.
    private static String openssl(boolean good, String... options) throws Exception {
        return saying("QUIT\r\n", good, options);
    }

    private static String saying(String lines, boolean good, String... options) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("timeout", "20", "openssl", "s_client", "-ign_eof"));
        command.addAll(List.of(options));
        return run(command, lines, good ? 0 : 1);
    }

    private static String address(int port) {
        return PosternServer.LOOPBACK + ":" + port;
    }

    @Test
    void versions() throws Exception {
        String[][] ways = {
            {"-connect", address(implicit)},
            {"-connect", address(server.port()), "-starttls", "pop3"}
        };
        for (String[] way : ways) {
            for (String version : List.of("tls1_2", "tls1_3")) {
                String said = openssl(true, with(way, "-" + version));
                assertTrue(said.contains("TLSv1." + version.charAt(5)), said);
                assertTrue(said.contains("+OK bye"), said);
            }
            for (String version : List.of("tls1", "tls1_1")) {
                String said =
                        openssl(false, with(way, "-" + version, "-cipher", "DEFAULT@SECLEVEL=0"));
                assertTrue(said.contains("alert protocol version"), said);
            }
        }
    }

    private static String[] with(String[] way, String... more) {
        List<String> all = new ArrayList<>(List.of(way));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void names() throws Exception {
        String known =
                openssl(
                        true,
                        "-connect",
                        address(implicit),
                        "-servername",
                        "POP.example.org",
                        "-verify_return_error",
                        "-verify_hostname",
                        "pop.example.org",
                        "-CAfile",
                        tls.resolve("pop.example.org.pem").toString());
        assertTrue(known.contains("Verify return code: 0 (ok)"), known);
        String other = openssl(true, "-connect", address(implicit), "-servername", "other");
        assertTrue(other.contains("subject=CN = localhost"), other);
    }

    @Test
    void replacedFilesAreTakenUpUnderAnOpenSession() throws Exception {
        String before = serial();
        ProcessBuilder builder =
                new ProcessBuilder(
                        "timeout",
                        "60",
                        "openssl",
                        "s_client",
                        "-quiet",
                        "-connect",
                        address(implicit),
                        "-servername",
                        "pop.example.org");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process open = builder.start();
        var lines = open.inputReader(ISO_8859_1);
        assertTrue(lines.readLine().startsWith("+OK"));
        pair("pop.example.org");
        String[] after = {before};
        server.await(
                "the new certificate",
                SOON,
                () -> {
                    try {
                        after[0] = serial();
                    } catch (Exception failed) {
                        throw new IllegalStateException(failed);
                    }
                    return !after[0].equals(before);
                });
        assertNotEquals(before, after[0]);
        try (var out = open.outputWriter(ISO_8859_1)) {
            out.write("QUIT\r\n");
        }
        assertTrue(lines.readLine().startsWith("+OK"));
        assertEquals(0, open.waitFor());
    }

    private static String serial() throws Exception {
        String said =
                openssl(true, "-connect", address(implicit), "-servername", "pop.example.org");
        int begin = said.indexOf("-----BEGIN CERTIFICATE-----");
        return said.substring(begin, said.indexOf("-----END CERTIFICATE-----"));
    }

    /**
     * BoringSSL is refused while it is not installed, and Java's engine serves; once its feature
     * is, it serves, without anybody touching the file again.
     */
    @Test
    void boringSslServesWhereItIsInstalled() throws Exception {
        configure("engine=boringssl");
        server.awaitLog("org.postern.tls.cfg: engine = \"boringssl\": is not installed");
        versions();
        String console = server.console("mail:listener-list", "feature:install postern-boringssl");
        assertTrue(console.contains("is not installed: feature:install"), console);
        assertFalse(console.contains("Error"), console);
        server.awaitLog("engine boringssl");
        server.await("the ports", SOON, () -> isOpen(implicit) && isOpen(server.port()));
        versions();
        names();
        curl();
        configure("engine=jdk");
        server.awaitLog("engine jdk");
    }

    private static String external(String asked, String... shown) throws Exception {
        String lines = "CAPA\r\nAUTH EXTERNAL " + asked + "\r\nSTAT\r\nQUIT\r\n";
        return saying(lines, true, with(shown, "-connect", address(implicit)));
    }

    @Test
    void aCertificateLogsItsOwnerIn() throws Exception {
        String said = external("=", client("ca", "email:" + CERTIFIED, "1"));
        assertTrue(said.contains("SCRAM-SHA-256 PLAIN EXTERNAL"), said);
        assertTrue(said.contains("+OK 1 "), said);
        server.awaitLog("user=" + CERTIFIED + " backend=virtual");
        // Another's mail is not his.
        String others =
                external(
                        Base64.getEncoder().encodeToString(USER.getBytes(ISO_8859_1)),
                        client("ca", "email:" + CERTIFIED, "1"));
        assertTrue(others.contains("-ERR [AUTH]"), others);
        String nobody = external("=", client("ca", "email:nobody@example.org", "1"));
        assertTrue(nobody.contains("-ERR [AUTH]"), nobody);
    }

    @Test
    void externalIsOfferedToWhoHasACertificateWithAName() throws Exception {
        for (String[] shown : List.of(new String[0], client("ca", "DNS:" + CERTIFIED, "1"))) {
            String said = external("=", shown);
            assertTrue(said.contains("SCRAM-SHA-256 PLAIN\r"), said);
            assertFalse(said.contains("+OK 1 "), said);
            assertFalse(said.contains("-ERR [AUTH]"), said);
        }
    }

    @Test
    void badCertificatesEndTheHandshake() throws Exception {
        authority("other");
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            String[] strangers = client("other", "email:" + CERTIFIED, "1");
            openssl(false, with(strangers, version, "-connect", address(implicit)));
            server.awaitLog("why=\"an untrusted client certificate\"");
            String[] expired = client("ca", "email:" + CERTIFIED, "-1");
            openssl(false, with(expired, version, "-connect", address(implicit)));
            server.awaitLog("why=\"an expired client certificate\"");
        }
    }

    @Test
    void noPasswordInClear() throws Exception {
        try (PopClient client = new PopClient(server.port())) {
            client.line();
            assertTrue(client.command("USER " + USER).startsWith("-ERR"));
            assertTrue(client.command("CAPA").startsWith("+OK"));
        }
    }

    @Test
    void curl() throws Exception {
        String user = USER + ":" + PosternServer.PASSWORD;
        for (String url :
                List.of("pop3s://localhost:" + implicit, "pop3://localhost:" + server.port())) {
            String message =
                    run(
                            List.of(
                                    "curl",
                                    "-sS",
                                    "--max-time",
                                    "30",
                                    "--ssl-reqd",
                                    "--cacert",
                                    tls.resolve("localhost.pem").toString(),
                                    "--user",
                                    user,
                                    url + "/1"),
                            "",
                            0);
            assertEquals(MESSAGE.replace("\n", "\r\n"), message);
        }
        run(
                List.of(
                        "curl",
                        "-sS",
                        "--max-time",
                        "30",
                        "--user",
                        user,
                        "pop3://localhost:" + server.port() + "/1"),
                "",
                1);
    }

    @Test
    void fetchmail() throws Exception {
        String[] ways = {
            "port " + implicit + " ssl", "port " + server.port() + " sslproto 'tls1.2+'"
        };
        for (String way : ways) {
            String[] words = way.split(" ", 3);
            Path inbox = clientHome.resolve("fetched");
            Files.deleteIfExists(inbox);
            secret(
                    clientHome.resolve("rc"),
                    "set no bouncemail\npoll localhost protocol pop3 "
                            + words[0]
                            + " "
                            + words[1]
                            + " timeout 30 username \""
                            + USER
                            + "\" password \""
                            + PosternServer.PASSWORD
                            + "\" "
                            + words[2]
                            + " sslcertck sslcertfile '"
                            + tls.resolve("localhost.pem")
                            + "' keep fetchall mda \"cat >> "
                            + inbox
                            + "\"\n");
            run(
                    List.of(
                            "fetchmail",
                            "--nodetach",
                            "-f",
                            clientHome.resolve("rc").toString(),
                            "--pidfile",
                            clientHome.resolve("pid").toString()),
                    clientHome,
                    "",
                    0);
            assertMessage(Files.readString(inbox, ISO_8859_1));
        }
    }

    // What has been kept: the message, but for what each of them writes above it or into its head.
    private static void assertMessage(String kept) {
        int body = kept.indexOf("\n\n") + 1;
        List<String> head = new ArrayList<>();
        boolean theirs = false;
        for (String line : kept.substring(0, body).lines().toList()) {
            theirs =
                    (theirs && line.matches("\\s.*"))
                            || line.matches(
                                    "(From |Received:|Return-Path:|Status:|Content-Length:|Lines:).*");
            if (!theirs) {
                head.add(line);
            }
        }
        assertEquals(MESSAGE, String.join("\n", head) + "\n" + kept.substring(body));
    }

    @Test
    void mpop() throws Exception {
        mpop(USER, "user");
    }

    /** GNU SASL's SCRAM, by mpop; it proves that the server has the verifier, too. */
    @Test
    void mpopByScram() throws Exception {
        mpop(SCRAM_USER, "scram-sha-256");
        server.awaitLog("user=" + SCRAM_USER);
    }

    private void mpop(String user, String mechanism) throws Exception {
        int[] ports = {implicit, server.port()};
        for (int port : ports) {
            Path inbox = clientHome.resolve("popped-" + port);
            Path configuration = clientHome.resolve("mpoprc");
            secret(
                    configuration,
                    "account default\ntls on\ntls_starttls "
                            + (port == implicit ? "off" : "on")
                            + "\ntls_trust_file "
                            + tls.resolve("localhost.pem")
                            + "\nuidls_file "
                            + clientHome.resolve("uidls-" + port)
                            + "\nhost localhost\nport "
                            + port
                            + "\nauth "
                            + mechanism
                            + "\nreceived_header off\nuser "
                            + user
                            + "\npassword \""
                            + PosternServer.PASSWORD
                            + "\"\nkeep on\ndelivery mda cat > "
                            + inbox
                            + "\n");
            run(List.of("mpop", "--file=" + configuration), clientHome, "", 0);
            assertMessage(Files.readString(inbox, ISO_8859_1));
        }
    }

    /** Over implicit TLS alone: getmail has no STLS. */
    @Test
    void getmail() throws Exception {
        Path inbox = clientHome.resolve("gotten");
        Path home = Files.createDirectory(clientHome.resolve("getmail"));
        secret(
                home.resolve("rc"),
                "[retriever]\ntype = SimplePOP3SSLRetriever\nserver = localhost\nport = "
                        + implicit
                        + "\ntimeout = 30\nusername = "
                        + USER
                        + "\npassword = "
                        + PosternServer.PASSWORD
                        + "\nca_certs = "
                        + tls.resolve("localhost.pem")
                        // It misses the end of a child that ends before it looks for it.
                        + "\n[destination]\ntype = MDA_external\npath = /bin/sh\narguments = "
                        + "('-c', 'cat > \""
                        + inbox
                        + "\"; sleep 0.3')\nallow_root_commands = true\nunixfrom = false\n"
                        + "[options]\ndelete = false\ndelivered_to = false\nreceived = false\n");
        run(
                List.of("getmail", "--getmaildir", home.toString(), "--rcfile", "rc"),
                clientHome,
                "",
                0);
        assertMessage(Files.readString(inbox, ISO_8859_1));
    }

    @Test
    void mutt() throws Exception {
        for (String url :
                List.of("pops://localhost:" + implicit, "pop://localhost:" + server.port())) {
            Path inbox = clientHome.resolve("mutted");
            Files.writeString(inbox, "");
            secret(
                    clientHome.resolve("muttrc"),
                    "set ssl_force_tls=yes ssl_starttls=yes ssl_verify_host=yes\n"
                            + "set ssl_ca_certificates_file='"
                            + tls.resolve("localhost.pem")
                            + "' certificate_file='"
                            + clientHome.resolve("accepted-by-hand")
                            + "' spoolfile='"
                            + inbox
                            + "'\nset pop_host="
                            + url
                            + " pop_user="
                            + USER
                            + " pop_pass='"
                            + PosternServer.PASSWORD
                            + "' pop_authenticators=user pop_delete=no\n"
                            // Nothing is to be asked about, and nothing kept elsewhere.
                            + "set folder='"
                            + clientHome
                            + "' tmpdir='"
                            + clientHome
                            + "' record='' postponed='' quit=yes move=no sleep_time=0\n");
            // It draws on a terminal, which script gives it.
            String said =
                    run(
                            List.of(
                                    "timeout",
                                    "30",
                                    "script",
                                    "-qec",
                                    "TERM=dumb mutt -n -F '"
                                            + clientHome.resolve("muttrc")
                                            + "' -f '"
                                            + inbox
                                            + "' -e 'push <fetch-mail><quit>'",
                                    "/dev/null"),
                            clientHome,
                            "",
                            0);
            String kept = Files.readString(inbox, ISO_8859_1);
            assertFalse(kept.isEmpty(), said);
            // An mbox: with an empty line behind each message.
            assertMessage(kept.substring(0, kept.length() - 1));
        }
    }

    /** Bound to the certificate (RFC 5929 section 4), by a client of somebody else's. */
    @Test
    void scramBoundToTheConnection() throws Exception {
        assertTrue(bound("SHA-256").startsWith("+OK"));
        assertTrue(bound("SHA-512").startsWith("-ERR"), "another certificate's");
    }

    // What the login comes to, with this hash of the certificate for what it is bound to.
    private static String bound(String hash) throws Exception {
        try (SSLSocket socket =
                (SSLSocket)
                        TrustedTls.of(tls.resolve("localhost.pem"))
                                .createSocket("localhost", implicit)) {
            socket.setSoTimeout(30_000);
            byte[] certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
            ScramClient scram =
                    ScramClient.builder()
                            .advertisedMechanisms(List.of("SCRAM-SHA-256-PLUS"))
                            .username(SCRAM_USER)
                            .password(PosternServer.PASSWORD.toCharArray())
                            .channelBinding(
                                    "tls-server-end-point",
                                    MessageDigest.getInstance(hash).digest(certificate))
                            .build();
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            var out = socket.getOutputStream();
            in.readLine();
            out.write(
                    ("AUTH SCRAM-SHA-256-PLUS " + base64(scram.clientFirstMessage()) + "\r\n")
                            .getBytes(ISO_8859_1));
            scram.serverFirstMessage(challenge(in.readLine()));
            out.write((base64(scram.clientFinalMessage()) + "\r\n").getBytes(ISO_8859_1));
            String answer = in.readLine();
            if (answer.startsWith("-ERR")) {
                return answer;
            }
            scram.serverFinalMessage(challenge(answer));
            out.write("\r\n".getBytes(ISO_8859_1));
            return in.readLine();
        }
    }

    private static String base64(Object message) {
        return Base64.getEncoder().encodeToString(message.toString().getBytes(ISO_8859_1));
    }

    private static String challenge(String line) {
        assertTrue(line.startsWith("+ "), line);
        return new String(Base64.getDecoder().decode(line.substring(2)), ISO_8859_1);
    }

    @Test
    void jakartaMail() throws Exception {
        for (boolean stls : new boolean[] {true, false}) {
            String protocol = stls ? "pop3" : "pop3s";
            Properties properties = new Properties();
            properties.put("mail." + protocol + ".timeout", "30000");
            properties.put("mail." + protocol + ".ssl.trust", "localhost");
            properties.put("mail." + protocol + ".starttls.enable", String.valueOf(stls));
            properties.put("mail." + protocol + ".starttls.required", String.valueOf(stls));
            try (Store store = Session.getInstance(properties).getStore(protocol)) {
                store.connect(
                        "localhost", stls ? server.port() : implicit, USER, PosternServer.PASSWORD);
                try (Folder folder = store.getFolder("INBOX")) {
                    folder.open(Folder.READ_ONLY);
                    assertEquals("one", folder.getMessage(1).getSubject());
                }
            }
        }
        assertFalse(server.log().contains(PosternServer.PASSWORD));
    }

    private static void secret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
