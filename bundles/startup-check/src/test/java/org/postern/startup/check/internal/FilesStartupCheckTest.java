package org.postern.startup.check.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.api.check.CheckContribution;
import org.postern.api.check.Finding;

/** Both sides of each rule. User 500 runs the server; root is 0, bob is 600. */
final class FilesStartupCheckTest {
    private static final int ROOT = 0;
    private static final int ME = 500;
    private static final int BOB = 600;
    private static final int STAFF = 50;

    private final FakeFiles files = new FakeFiles();
    private final Map<String, String> properties = new HashMap<>();

    /** A good installation of root's, with a data directory of the server's. */
    FilesStartupCheckTest() {
        properties.put("karaf.home", "/opt/postern");
        properties.put("karaf.base", "/opt/postern");
        properties.put("karaf.etc", "/opt/postern/etc");
        properties.put("karaf.data", "/var/lib/postern/data");
        identity(ME);
        files.directory("/etc", ROOT, ROOT, 0755)
                .file(
                        "/etc/passwd",
                        ROOT,
                        ROOT,
                        0644,
                        "root:x:0:0::/root:/bin/sh",
                        "postern:x:500:500::/:/bin/false",
                        "bob:x:600:600::/home/bob:/bin/sh",
                        "broken line")
                .file(
                        "/etc/group",
                        ROOT,
                        ROOT,
                        0644,
                        "root:x:0:",
                        "staff:x:50:bob",
                        "nobodyelse:x:51:postern",
                        "postern:x:500:")
                .directory("/opt", ROOT, ROOT, 0755)
                .directory("/tmp", ROOT, ROOT, 01777)
                .directory("/var", ROOT, ROOT, 0755)
                .directory("/var/lib", ROOT, ROOT, 0755)
                .directory("/var/lib/postern", ME, ME, 0700)
                .directory("/var/lib/postern/data", ME, ME, 0700)
                .file("/var/lib/postern/data/port", ME, ME, 0600);
        install("/opt/postern", ROOT, ROOT, 022);
    }

    private void identity(int uid) {
        files.directory("/proc", ROOT, ROOT, 0555)
                .directory("/proc/self", uid, uid, 0555)
                .file(
                        "/proc/self/status",
                        uid,
                        uid,
                        0444,
                        "Name:\tjava",
                        "Uid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid,
                        "Gid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid);
    }

    private void install(String home, int uid, int gid, int umask) {
        int directory = 0777 & ~umask;
        int file = 0666 & ~umask;
        files.directory(home, uid, gid, directory);
        for (String name : List.of("bin", "lib", "lib/boot", "system", "etc")) {
            files.directory(home + "/" + name, uid, gid, directory);
        }
        files.file(home + "/bin/karaf", uid, gid, directory)
                .file(home + "/lib/boot/main.jar", uid, gid, file)
                .file(home + "/system/postern.jar", uid, gid, file)
                .file(home + "/etc/users", uid, gid, 0600)
                .file(home + "/etc/org.postern.pop3.cfg", uid, gid, file, "last = yes")
                .file(
                        home + "/etc/org.postern.auth.virtual.cfg",
                        uid,
                        gid,
                        file,
                        "users = ${karaf.etc}/users");
    }

    private void use(String home) {
        properties.put("karaf.home", home);
        properties.put("karaf.base", home);
        properties.put("karaf.etc", home + "/etc");
        properties.put("karaf.data", home + "/data");
        files.directory(home + "/data", ME, ME, 0700);
    }

    private List<Finding> look() {
        return new FilesStartupCheck(files, properties::get).look();
    }

    private void quiet() {
        assertEquals(List.of(), look());
    }

    private void finds(String path, String problem, String remedy) {
        assertEquals(List.of(new Finding(path, problem, remedy)), look());
    }

    @Test
    void rootsInstallationIsGood() {
        quiet();
    }

    @ParameterizedTest
    @CsvSource({
        "/home/me/postern,18",
        "/home/me/postern,63",
        "/home/me/postern,2",
        "/tmp/postern,18",
        "/tmp/postern,63",
        "/tmp/postern,2",
        "/var/lib/me/postern,18"
    })
    void anOrdinaryUsersOwnIsGood(String home, int umask) {
        files.directory("/home", ROOT, ROOT, 0755)
                .directory("/home/me", ME, ME, 0750)
                .directory("/var/lib/me", ME, ME, 0755);
        install(home, ME, ME, umask);
        use(home);
        quiet();
    }

    @Test
    void anotherUsersIsOneFinding() {
        files.directory("/home", ROOT, ROOT, 0755);
        install("/home/postern", BOB, BOB, 022);
        use("/home/postern");
        properties.put("karaf.etc", "/opt/postern/etc");
        finds(
                "/home/postern",
                "belongs to user bob, who can change it",
                "chown -hR root /home/postern");
    }

    @Test
    void inAnotherUsersHome() {
        files.directory("/home", ROOT, ROOT, 0755).directory("/home/bob", BOB, BOB, 0755);
        install("/home/bob/postern", ROOT, ROOT, 022);
        use("/home/bob/postern");
        finds(
                "/home/bob",
                "belongs to user bob, who can replace what is in it",
                "chown root /home/bob, or use another directory");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/opt/postern/bin",
                "/opt/postern/lib",
                "/opt/postern/lib/boot",
                "/opt/postern/system",
                "/opt/postern/etc",
                "/opt/postern/deploy",
                "/var/lib/postern/data/cache"
            })
    void directoriesThatOthersMayWrite(String path) {
        String owner = path.startsWith("/var") ? "postern" : "root";
        files.directory(path, ROOT, ROOT, 0757);
        finds(path, "is writable by everybody", "chmod -R o-w " + path);
        files.directory(path, ROOT, STAFF, 0775);
        finds(path, "is writable by group staff", "chmod -R g-w " + path);
        files.directory(path, ROOT, STAFF, 0777);
        finds(path, "is writable by everybody", "chmod -R go-w " + path);
        files.directory(path, BOB, BOB, 0700);
        finds(path, "belongs to user bob, who can change it", "chown -hR " + owner + " " + path);
        // Sticky is no excuse where whatever lies there is used.
        files.directory(path, ROOT, ROOT, 01777);
        finds(path, "is writable by everybody", "chmod -R o-w " + path);
        files.directory(path, ROOT, ROOT, 0755);
        quiet();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/opt/postern/bin/karaf",
                "/opt/postern/lib/boot/main.jar",
                "/opt/postern/etc/org.postern.pop3.cfg",
                "/var/lib/postern/data/port"
            })
    void filesThatOthersMayWrite(String path) {
        String owner = path.startsWith("/var") ? "postern" : "root";
        files.file(path, ROOT, ROOT, 0646);
        finds(path, "is writable by everybody", "chmod -R o-w " + path);
        files.file(path, ME, STAFF, 0664);
        finds(path, "is writable by group staff", "chmod -R g-w " + path);
        files.file(path, BOB, BOB, 0644);
        finds(path, "belongs to user bob, who can change it", "chown -hR " + owner + " " + path);
        files.file(path, 4000, 4000, 0644);
        finds(path, "belongs to uid 4000, who can change it", "chown -hR " + owner + " " + path);
        files.file(path, ME, ROOT, 0644);
        quiet();
    }

    @Test
    void groupsThatAreAUsersOwn() {
        String path = "/opt/postern/etc/org.postern.pop3.cfg";
        files.file(path, ME, ME, 0664);
        quiet();
        // Another one's primary group, too.
        files.file(
                "/etc/passwd",
                ROOT,
                ROOT,
                0644,
                "postern:x:500:500::/:/bin/false",
                "bob:x:600:500::/home/bob:/bin/sh");
        finds(path, "is writable by group postern", "chmod -R g-w " + path);
        // Another one is a member.
        files.file("/etc/passwd", ROOT, ROOT, 0644, "postern:x:500:500::/:/bin/false");
        files.file("/etc/group", ROOT, ROOT, 0644, "postern:x:500:postern,bob");
        finds(path, "is writable by group postern", "chmod -R g-w " + path);
        files.file("/etc/group", ROOT, ROOT, 0644, "postern:x:500:postern,root");
        finds(path, "is writable by group postern", "chmod -R g-w " + path);
        files.file("/etc/passwd", ROOT, ROOT, 0644, "postern:x:500:500::/:", "root:x:0:0::/:");
        quiet();
        // Empty, but not this process's own.
        files.file(path, ME, 51, 0664);
        finds(path, "is writable by group 51", "chmod -R g-w " + path);
        // Who is in it is not known.
        files.file(path, ME, ME, 0664).remove("/etc/passwd");
        finds(path, "is writable by group postern", "chmod -R g-w " + path);
    }

    @Test
    void rootsOwnGroup() {
        files.directory("/opt", ROOT, ROOT, 0775);
        quiet();
        files.file("/etc/group", ROOT, ROOT, 0644, "root:x:0:bob");
        assertEquals("/opt", look().get(0).path());
        files.file("/etc/group", ROOT, ROOT, 0644, "root:x:0:");
        // A process of the group root that is not root must not reach what is root's alone.
        files.directory("/etc/postern", ROOT, ROOT, 0775)
                .file("/etc/postern/helper.conf", ROOT, ROOT, 0644);
        assertEquals("/etc/postern", look().get(0).path());
    }

    @Test
    void manyFilesAreToldAsOne() {
        for (int i = 0; i < 10; i++) {
            files.file("/opt/postern/system/" + i + ".jar", BOB, BOB, 0644);
            files.file("/opt/postern/lib/" + i + ".jar", ROOT, ROOT, 0666);
        }
        List<Finding> found = look();
        assertEquals(2, found.size(), found::toString);
        assertEquals("/opt/postern/lib", found.get(0).path());
        assertTrue(found.get(0).problem().startsWith("has 10 entries that are writable"));
        assertEquals("chmod -R go-w /opt/postern/lib", found.get(0).remedy());
        assertEquals("/opt/postern/system", found.get(1).path());
        assertEquals("chown -hR root /opt/postern/system", found.get(1).remedy());
    }

    @Test
    void parentsThatOthersMayWrite() {
        files.directory("/opt", ROOT, STAFF, 0775);
        finds(
                "/opt",
                "is writable by group staff, who can replace what is in it",
                "chmod g-w /opt");
        files.directory("/opt", ROOT, ROOT, 01777);
        quiet();
        files.directory("/opt/postern", BOB, BOB, 0755);
        assertEquals("belongs to user bob, who can change it", look().get(0).problem());
        assertEquals(1, look().size());
    }

    @Test
    void linksAreFollowed() {
        files.remove("/opt/postern/etc")
                .link("/opt/postern/etc", ROOT, "../../srv/etc")
                .directory("/srv", ROOT, ROOT, 0755)
                .link("/srv/etc", ROOT, "/srv/postern")
                .directory("/srv/postern", ROOT, ROOT, 0755)
                .file("/srv/postern/org.postern.pop3.cfg", ROOT, ROOT, 0644, "");
        quiet();
        files.directory("/srv", ROOT, ROOT, 0757);
        finds("/srv", "is writable by everybody, who can replace what is in it", "chmod o-w /srv");
        // Whoever owns a link in a sticky directory can make it point elsewhere.
        files.directory("/srv", ROOT, ROOT, 01777).link("/srv/etc", BOB, "/srv/postern");
        finds("/srv/etc", "belongs to user bob, who can change it", "chown -h postern /srv/etc");
        files.link("/srv/etc", ROOT, "/srv/postern");
        quiet();
        files.file("/srv/postern/org.postern.pop3.cfg", BOB, BOB, 0644, "");
        assertEquals("/srv/postern/org.postern.pop3.cfg", look().get(0).path());
    }

    @Test
    void linksInsideATree() {
        files.link("/opt/postern/lib/more.jar", ROOT, "/home/bob/more.jar")
                .directory("/home", ROOT, ROOT, 0755)
                .directory("/home/bob", BOB, BOB, 0755)
                .file("/home/bob/more.jar", ROOT, ROOT, 0644);
        assertEquals("/home/bob", look().get(0).path());
        files.directory("/home/bob", ROOT, ROOT, 0755);
        quiet();
        files.link("/opt/postern/lib/more.jar", ROOT, "/tmp/more.jar");
        finds(
                "/tmp/more.jar",
                "does not exist, and everybody could make it",
                "choose a path in another directory than /tmp");
        files.link("/opt/postern/lib/more.jar", ROOT, "/opt/nothing.jar");
        quiet();
        files.link("/opt/postern/lib/more.jar", ROOT, "/opt/postern/lib");
        quiet();
        files.link("/opt/postern/lib/more.jar", ROOT, "more.jar");
        assertEquals("leads through too many links", look().get(0).problem());
    }

    @ParameterizedTest
    @CsvSource({"0600,false", "0640,false", "0644,true", "0604,true"})
    void whoReadsTheUsersFile(String mode, boolean found) {
        files.file("/opt/postern/etc/users", ME, ME, Integer.parseInt(mode, 8));
        if (found) {
            finds(
                    "/opt/postern/etc/users",
                    "holds secrets and is readable by everybody",
                    "chmod 600 /opt/postern/etc/users");
        } else {
            quiet();
        }
    }

    @Test
    void groupsThatReadTheUsersFile() {
        files.file("/opt/postern/etc/users", ROOT, 51, 0640);
        quiet();
        files.file("/opt/postern/etc/users", ROOT, STAFF, 0640);
        finds(
                "/opt/postern/etc/users",
                "holds secrets and is readable by group staff",
                "chown postern /opt/postern/etc/users && chmod 600 /opt/postern/etc/users");
    }

    @Test
    void aUsersFileElsewhere() {
        files.file(
                        "/opt/postern/etc/org.postern.auth.virtual.cfg",
                        ROOT,
                        ROOT,
                        0644,
                        "# where",
                        "users = /srv/users")
                .directory("/srv", ROOT, ROOT, 0755);
        quiet();
        files.file("/srv/users", ME, ME, 0600);
        quiet();
        files.file("/srv/users", BOB, BOB, 0600);
        finds(
                "/srv/users",
                "belongs to user bob, who can change it",
                "chown -h postern /srv/users");
        files.file("/srv/users", ME, ME, 0622);
        finds("/srv/users", "is writable by everybody", "chmod o-w /srv/users");
        files.file("/srv/users", ME, ME, 0600).directory("/srv", ROOT, ROOT, 0777);
        assertEquals("/srv", look().get(0).path());
    }

    @Test
    void privateKeys() {
        files.file(
                        "/opt/postern/etc/org.postern.tls.cfg",
                        ROOT,
                        ROOT,
                        0644,
                        "privateKey = /srv/key.pem",
                        "certificate = /srv/cert.pem",
                        "privateKey.mail.example.org = other.pem")
                .directory("/srv", ROOT, ROOT, 0755)
                .file("/srv/cert.pem", ROOT, ROOT, 0644)
                .file("/srv/key.pem", ME, ME, 0400)
                .file("/opt/postern/etc/other.pem", ME, ME, 0400);
        quiet();
        files.file("/srv/key.pem", ME, ME, 0444);
        finds(
                "/srv/key.pem",
                "holds secrets and is readable by everybody",
                "chmod 600 /srv/key.pem");
        files.file("/srv/key.pem", ME, ME, 0400);
        files.file("/opt/postern/etc/other.pem", ME, ME, 0404);
        assertEquals("/opt/postern/etc/other.pem", look().get(0).path());
    }

    @Test
    void clientSecrets() {
        files.file(
                        "/opt/postern/etc/org.postern.sasl.oauth.cfg",
                        ROOT,
                        ROOT,
                        0644,
                        "clientSecretFile = /srv/secret")
                .directory("/srv", ROOT, ROOT, 0755)
                .file("/srv/secret", ME, ME, 0600);
        quiet();
        files.file("/srv/secret", ME, ME, 0644);
        finds("/srv/secret", "holds secrets and is readable by everybody", "chmod 600 /srv/secret");
    }

    @Test
    void theKeyThatTheServerMadeForItself() {
        files.directory("/var/lib/postern/data/tls", ME, ME, 0755)
                .file("/var/lib/postern/data/tls/self-signed.pem", ME, ME, 0600);
        quiet();
        files.file("/var/lib/postern/data/tls/self-signed.pem", ME, ME, 0644);
        finds(
                "/var/lib/postern/data/tls/self-signed.pem",
                "holds secrets and is readable by everybody",
                "chmod 600 /var/lib/postern/data/tls/self-signed.pem");
    }

    @Test
    void whatOthersHaveFoundIsNoReasonToStayClosed() {
        FilesStartupCheck check = new FilesStartupCheck(files, properties::get);
        assertEquals(List.of(), check.warnings());
        Finding expired = new Finding("/srv/cert.pem", "expired", "renew it");
        CheckContribution contribution = () -> List.of(expired);
        check.addContribution(contribution);
        assertEquals(List.of(expired), check.warnings());
        quiet();
        check.removeContribution(contribution);
        assertEquals(List.of(), check.warnings());
    }

    @Test
    void helperConf() {
        files.directory("/etc/postern", ROOT, ROOT, 0755);
        quiet();
        String conf = "/etc/postern/helper.conf";
        files.file(conf, ROOT, ROOT, 0644);
        quiet();
        files.file(conf, ROOT, ME, 0660);
        finds(conf, "is writable by group postern", "chmod g-w " + conf);
        files.file(conf, ME, ME, 0644);
        finds(conf, "belongs to user postern, who can change it", "chown -h root " + conf);
        files.file(conf, ROOT, ROOT, 0644).directory("/etc/postern", ME, ME, 0755);
        finds(
                "/etc/postern",
                "belongs to user postern, who can replace what is in it",
                "chown root /etc/postern, or use another directory");
        // What this process may not even see, nobody but root has put there.
        files.directory("/etc/postern", ROOT, ROOT, 0700).hide(conf);
        quiet();
    }

    @Test
    void helperConfElsewhere() {
        String cfg = "/opt/postern/etc/org.postern.startup.check.cfg";
        files.file(cfg, ROOT, ROOT, 0644, "helperConf = /tmp/helper.conf")
                .file("/tmp/helper.conf", ROOT, ROOT, 0644);
        quiet();
        files.file("/tmp/helper.conf", ME, ME, 0644);
        assertEquals("/tmp/helper.conf", look().get(0).path());
        files.file(cfg, ROOT, ROOT, 0644, "helperConf = helper.conf");
        finds(cfg, "is wrong: helperConf wants the absolute path of helper.conf", "mend that line");
        files.file(cfg, ROOT, ROOT, 0644, "helperConfig = /etc/helper.conf");
        assertTrue(look().get(0).problem().contains("not a key"), look()::toString);
    }

    @Test
    void theHelpersSocket() {
        String cfg = "/opt/postern/etc/org.postern.helper.cfg";
        String socket = "/run/postern/helper.sock";
        files.directory("/run", ROOT, ROOT, 0755)
                .directory("/run/postern", ROOT, ROOT, 0755)
                .socket(socket, BOB, BOB, 0777);
        quiet();
        files.file(cfg, ROOT, ROOT, 0644, "");
        finds(socket, "belongs to user bob, who can change it", "chown -h root " + socket);
        files.socket(socket, ME, ME, 0777);
        finds(socket, "belongs to user postern, who can change it", "chown -h root " + socket);
        files.socket(socket, ROOT, ROOT, 0777);
        quiet();
        files.directory("/run/postern", ROOT, ME, 0770);
        finds(
                "/run/postern",
                "is writable by group postern, who can replace what is in it",
                "chmod g-w /run/postern");
        files.directory("/run/postern", ROOT, ROOT, 0755).file(socket, ROOT, ROOT, 0600);
        assertEquals("rm " + socket, look().get(0).remedy());
        files.remove(socket);
        quiet();
        files.file(cfg, ROOT, ROOT, 0644, "socket = /tmp/helper.sock")
                .socket("/tmp/helper.sock", ROOT, ROOT, 0666);
        quiet();
        files.socket("/tmp/helper.sock", ME, ME, 0666);
        assertEquals("/tmp/helper.sock", look().get(0).path());
    }

    @Test
    void anUnreadableCfg() {
        files.hide("/opt/postern/etc/org.postern.pop3.cfg");
        finds(
                "/opt/postern/etc/org.postern.pop3.cfg",
                "cannot be read by the server",
                "chgrp postern /opt/postern/etc/org.postern.pop3.cfg"
                        + " && chmod g+r /opt/postern/etc/org.postern.pop3.cfg");
    }

    @Test
    void notInKaraf() {
        properties.clear();
        assertEquals(
                List.of("karaf.home", "karaf.etc", "karaf.data"),
                look().stream().map(Finding::path).toList());
    }

    @Test
    void whoAmI() {
        files.remove("/proc");
        assertEquals("/proc/self/status", look().get(0).path());
        assertEquals(1, look().size());
    }

    @Test
    void namesThatSomebodyElseChose() {
        files.file("/opt/postern/lib/a b'; rm -rf x", ROOT, ROOT, 0666);
        assertEquals("chmod -R o-w '/opt/postern/lib/a b'\\''; rm -rf x'", look().get(0).remedy());
        files.remove("/opt/postern/lib/a b'; rm -rf x")
                .file("/opt/postern/lib/a\nERROR b", ROOT, ROOT, 0666);
        assertEquals("/opt/postern/lib/a\\012ERROR b", look().get(0).path());
        assertTrue(look().get(0).toString().chars().allMatch(c -> c >= ' ' && c < 0x7F));
    }
}
