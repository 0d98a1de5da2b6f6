"""What the tests need of the machine: users, PAM services, mail, helpers; all of it goes away at the end."""
import atexit
import crypt
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings

import wire

warnings.simplefilter("ignore", DeprecationWarning)
HERE = os.path.dirname(os.path.realpath(__file__))
SOURCE = os.path.realpath(os.path.join(HERE, "..", ".."))
PEER = "postern-test"
FAILURE_DELAY = 200     # ms
PASSWORD = "wonder l\u00e4nd"

# name: (scheme or hash, useradd's arguments, what is done then)
USERS = {
    "postern-t1": ("$6$saltsalt", [], None),
    "postern-t2": ("$y$j9T$saltsaltsaltsalt", [], None),
    "postern-t3": ("$6$saltsalt", [], ["usermod", "-L", "postern-t3"]),
    "postern-t4": ("$6$saltsalt", [], ["usermod", "-e", "1", "postern-t4"]),
    "postern-t5": ("$6$saltsalt", [], ["chage", "-d", "0", "postern-t5"]),
    "postern-t6": ("$6$saltsalt", ["-u", "932"], None),
    "postern-t7": ("$6$saltsalt", [], None),       # denied
    "postern-t8": ("$6$saltsalt", [], ["chage", "-d", "2001-01-01", "-M", "10", "-I", "5", "postern-t8"]),
    "postern-t9": ("$2b$05$abcdefghijklmnopqrstuu", [], None),
    "postern-t10": ("*", [], None),                 # the template of a virtual host
}


def run(*command):
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, timeout=60)


def wait_for(what, seconds=10, why=""):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise AssertionError("waited %g s in vain: %s" % (seconds, why))
        time.sleep(0.01)


def processes():
    """pid: (ppid, state, uid) of all."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open("/proc/%s/stat" % name, "rb") as file:
                    fields = file.read().rsplit(b")", 1)[1].split()
                found[int(name)] = (int(fields[1]), fields[0].decode(), os.stat("/proc/" + name).st_uid)
            except (FileNotFoundError, ProcessLookupError):
                pass
    return found


def descendants(pid):
    table, found = processes(), []
    todo = [pid]
    while todo:
        parent = todo.pop()
        below = [child for child, (ppid, _, _) in table.items() if ppid == parent]
        found += below
        todo += below
    return found


def status_of(pid):
    with open("/proc/%d/status" % pid) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


class Helper:
    """A running helper, with its own helper.conf."""

    def __init__(self, world, name, program, environment=None, start=True, **settings):
        self.world, self.name = world, name
        self.conf = os.path.join(world.top, name + ".conf")
        self.path = os.path.join(world.run_directory, name + ".sock")
        self.log = os.path.join(world.top, name + ".log")
        self.settings = {
            "socket": self.path, "peer": PEER, "minimumUid": "1000", "deny": "nobody,postern-t7", "failureDelay": str(FAILURE_DELAY),
            "mail": "spool " + world.spool, "checkSeconds": "5"
        }
        self.program, self.environment = program, environment
        self.configure(**settings)
        open(self.log, "w").close()
        self.process = None
        if start:
            self.start()

    def configure(self, **settings):
        self.settings.update(settings)
        with open(self.conf, "w") as file:
            for key, value in self.settings.items():
                for one in value if isinstance(value, list) else [value]:
                    file.write("%s %s\n" % (key, one))
        os.chmod(self.conf, 0o644)

    def start(self, wait=True):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.program, "-c", self.conf], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, **self.world.sanitizer, **(self.environment or {})),
                                            start_new_session=True)
        self.world.helpers.append(self)
        if wait:
            wait_for(self.is_up, 20, self.name + " does not start: " + self.said()[-500:])
            wait_for(self.is_quiet, 20, "the session that asked whether it is up")

    def is_up(self):
        assert self.process.poll() is None, "it ended: " + self.said()[-500:]
        try:
            with self.connect() as connection:
                connection.ask(wire.STATUS)
                return True
        except (FileNotFoundError, ConnectionRefusedError):
            return False

    @property
    def pid(self):
        return self.process.pid

    def said(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def reload(self, **settings):
        before = len(self.said())
        self.configure(**settings)
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "read again" in self.said()[before:] or "stays in force" in self.said()[before:], 10, "reload")
        return self.said()[before:]

    def connect(self, **named):
        return wire.Connection(self.path, self.world.peer.pw_uid, self.world.peer.pw_gid, **named)

    def log_in(self, *args, **named):
        """A connection, and the reply to its login."""
        connection = self.connect()
        return connection, connection.login(*args, **named)

    def accepted(self, *args, **named):
        connection, reply = self.log_in(*args, **named)
        assert reply is not None and reply.number(wire.VERDICT) == wire.ACCEPTED, (args, reply and reply.items)
        return connection, reply

    def verdict(self, *args, **named):
        connection, reply = self.log_in(*args, **named)
        with connection:
            return None if reply is None else reply.number(wire.VERDICT)

    def children(self):
        return descendants(self.pid)

    def is_quiet(self):
        return not self.children()

    def agent(self, connection_count=1):
        """The one child, which must be an agent."""
        wait_for(lambda: len(self.children()) == connection_count, 5, "one agent: %s" % self.children())
        return self.children()[0]

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        children = self.children()
        self.stop()
        wait_for(lambda: not set(children) & set(processes()), 5, "children outlive the monitor")


class World:
    def __init__(self):
        self.helpers, self.services, self.users = [], [], []
        self.sanitizer = {}
        self.top = tempfile.mkdtemp(prefix="postern-root.", dir="/tmp")
        os.chmod(self.top, 0o755)
        atexit.register(self.clean_up)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(1))
        self.run_directory = self.directory("run")
        self.spool = self.directory("spool", 0o1777)
        self.reports = self.directory("reports", 0o1777)
        try:
            self.peer = pwd.getpwnam(PEER)
        except KeyError:
            run("useradd", "--system", "--user-group", "--create-home", "--home-dir", "/var/lib/" + PEER, "--shell",
                "/usr/sbin/nologin", PEER)
            self.peer = pwd.getpwnam(PEER)
        for name, (scheme, arguments, then) in USERS.items():
            self.add_user(name, scheme if scheme == "*" else crypt.crypt(PASSWORD, scheme), arguments)
            if then:
                run(*then)
        self.make_vhome()

    def directory(self, name, mode=0o755):
        path = os.path.join(self.top, name)
        os.mkdir(path)
        os.chmod(path, mode)
        return path

    def add_user(self, name, hashed, arguments):
        try:
            pwd.getpwnam(name)
            run("userdel", "-f", name)
        except KeyError:
            pass
        home = os.path.join(self.top, "home-" + name)
        run("useradd", "-M", "-d", home, "-s", "/usr/sbin/nologin", "-U", "-p", hashed, "-K", "UID_MIN=20000", "-K", "UID_MAX=29999",
            *arguments, name)
        self.users.append(name)
        entry = pwd.getpwnam(name)
        os.mkdir(home, 0o700)
        os.chown(home, entry.pw_uid, entry.pw_gid)
        self.put(os.path.join(self.spool, name), b"From x\n\nmail of %s\n" % name.encode(), name)

    def put(self, path, octets, owner, mode=0o600):
        with open(path, "wb") as file:
            file.write(octets)
        os.chmod(path, mode)
        entry = pwd.getpwnam(owner)
        os.chown(path, entry.pw_uid, entry.pw_gid)

    def make_maildir(self, name, path=None):
        entry = pwd.getpwnam(name)
        path = path or os.path.join(entry.pw_dir, "Maildir")
        for below in ("", "new", "cur", "tmp"):
            os.makedirs(os.path.join(path, below), mode=0o700)
            os.chown(os.path.join(path, below), entry.pw_uid, entry.pw_gid)
        return path

    def make_vhome(self):
        self.vhome = self.directory("vhome")
        template = USERS["postern-t10"] and pwd.getpwnam("postern-t10")
        host = os.path.join(self.vhome, "192.0.2.99")
        for below in ("", "auth", "mail"):
            os.mkdir(os.path.join(host, below), 0o755)
        os.chown(os.path.join(host, "mail"), template.pw_uid, template.pw_gid)
        hashed = crypt.crypt(PASSWORD, "$6$saltsalt")
        for user, line in {
                "v1": "postern-t10:%s:\n" % hashed, "v2": "postern-t10:%s:\n" % hashed, "locked": "postern-t10:!%s:\n" % hashed,
                "toor": "root:%s:\n" % hashed, "short": "postern-t10:%s\n" % hashed, "none": "nobody-of-this-name:%s:\n" % hashed,
                "low": "postern-t6:%s:\n" % hashed, "vm": "postern-t10:%s:\n" % hashed, "empty": "postern-t10:%s:\n" % hashed}.items():
            self.put(os.path.join(host, "auth", user), line.encode(), "root")
        for user in ("v1", "v2", "locked", "toor", "low"):
            self.put(os.path.join(host, "mail", user), b"From x\n\nmail of %s\n" % user.encode(), "postern-t10")
        self.make_maildir("postern-t10", os.path.join(host, "mail", "vm"))
        self.put(os.path.join(host, "mail", "vm", "new", "one"), b"virtual\n", "postern-t10")

    def service(self, name, *lines):
        path = "/etc/pam.d/postern-test-" + name
        with open(path, "w") as file:
            file.write("\n".join(lines) + "\n")
        self.services.append(path)
        return "postern-test-" + name

    def build(self):
        """All builds, in parallel: as it is, with sanitizers, and as an agent that has been taken over."""
        builds = self.directory("builds")
        sources = sorted(name for name in os.listdir(SOURCE) if name.endswith(".c"))
        common = ["cc", "-std=c11", "-D_GNU_SOURCE", "-g", "-Wall", "-Wextra", "-Werror"]
        files = [os.path.join(SOURCE, name) for name in sources]
        self.normal, self.sanitized, self.attacked = (os.path.join(builds, name) for name in ("normal", "sanitized", "attacked"))
        jobs = [
            [*common, "-O2", "-fstack-protector-strong", "-D_FORTIFY_SOURCE=2", "-o", self.normal, *files, "-lcrypt", "-lpam"],
            [*common, "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-o", self.sanitized, *files, "-lcrypt", "-lpam"],
            [*common, "-O0", "-Wl,--wrap=message_receive,--wrap=fence_calls,--wrap=fence_files", "-o", self.attacked, *files,
             os.path.join(HERE, "attack.c"), "-lcrypt", "-lpam"],
            [*common, "-O1", "-fPIC", "-shared", "-o", self.top + "/module.so", os.path.join(HERE, "module.c"), "-lpam"],
        ]
        running = [subprocess.Popen(job) for job in jobs]
        assert [process.wait(120) for process in running] == [0] * len(jobs), "does not build"
        self.module = self.top + "/module.so"

    def use_sanitizer(self, on):
        # Reports go to files: the standard error of a checker is /dev/null. Leaks are the kernel's, who ends every process.
        self.sanitizer = {
            "ASAN_OPTIONS": "log_path=%s/asan:detect_leaks=0:exitcode=99" % self.reports,
            "UBSAN_OPTIONS": "log_path=%s/ubsan:print_stacktrace=1" % self.reports,
        } if on else {}

    def reported(self):
        found = []
        for name in os.listdir(self.reports):
            with open(os.path.join(self.reports, name), errors="replace") as file:
                found.append(file.read())
        return found

    def clean_up(self):
        for helper in self.helpers:
            if helper.process is not None and helper.process.poll() is None:
                helper.process.kill()
                helper.process.wait()
        for path in self.services:
            if os.path.exists(path):
                os.unlink(path)
        for name in self.users:
            subprocess.run(["userdel", "-f", name], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        shutil.rmtree(self.top, ignore_errors=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def access_mode(descriptor):
    return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE
