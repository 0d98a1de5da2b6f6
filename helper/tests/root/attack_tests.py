"""After acceptance, from inside: an agent that has been taken over, with each of its fences taken away in turn."""
import errno
import os
import pwd
import signal
import socket

import wire
from world import PASSWORD, Helper, free_port, wait_for

USER = "postern-t1"
ALLOWED = "allowed"
EITHER = "either"  # the kernel's setting decides, such as Yama's ptrace_scope


def attempt(helper, what):
    """(result, errno) of one try by a fresh agent, or None if it was killed for it."""
    c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
    with c:
        c.send(b"ATTK" + what.encode())
        try:
            octets = c.socket.recv(100)
        except ConnectionResetError:
            return None
        if not octets:
            return None
        result, number = octets.decode().split()
        return int(result), int(number)


def helpers(world, name, **environment):
    return Helper(world, name, world.program, environment={key: "1" for key, on in environment.items() if on})


class Targets:
    def __init__(self, world, helper):
        self.world = world
        self.own_home = pwd.getpwnam(USER).pw_dir
        self.other_mail = os.path.join(world.spool, "postern-t2")
        self.own_mail = os.path.join(world.spool, USER)
        self.tcp = socket.create_server(("127.0.0.1", 0))
        self.abstract = socket.socket(socket.AF_UNIX)
        self.abstract.bind("\0postern-test-%d" % os.getpid())
        self.abstract.listen()
        self.readable = os.path.join(world.top, "readable")
        world.put(self.readable, b"of anybody's\n", USER, 0o644)
        # A process of the same user's, and the monitor.
        self.victim = os.fork()
        if self.victim == 0:
            entry = pwd.getpwnam(USER)
            os.setgroups([])
            os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
            os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
            while True:
                signal.pause()
        self.monitor = helper.pid

    def close(self):
        os.kill(self.victim, signal.SIGKILL)
        os.waitpid(self.victim, 0)
        self.tcp.close()
        self.abstract.close()
        for path in (self.readable, self.own_home + "/planted", "/tmp/postern-planted", self.own_home + "/planted-directory"):
            if os.path.isdir(path):
                os.rmdir(path)
            elif os.path.lexists(path):
                os.unlink(path)


def tries(t):
    """(what, with Landlock and without seccomp, with seccomp and without Landlock, with neither); None: killed."""
    no = (errno.EPERM, errno.EACCES)
    return [
        ("setuid 0", no, None, no),
        ("setresuid 0", no, None, no),
        ("setgid 0", no, None, no),
        ("setgroups 0", no, None, no),
        # By a plain path the system call itself is the end; below an open directory, Landlock.
        ("read /etc/passwd", no, None, ALLOWED),
        ("read-nofollow /etc/passwd", no, ALLOWED, ALLOWED),
        ("read /etc/shadow", no, None, no),
        ("read-nofollow /etc/shadow", no, no, no),
        ("read-nofollow " + t.other_mail, no, no, no),
        ("write-nofollow " + t.other_mail, no, no, no),
        ("read-nofollow " + t.readable, no, ALLOWED, ALLOWED),
        ("write-nofollow " + t.readable, no, ALLOWED, ALLOWED),
        ("create %s/planted" % t.own_home, no, None, ALLOWED),
        ("create-nofollow %s/planted" % t.own_home, no + (errno.EEXIST,), ALLOWED, ALLOWED),
        ("create-nofollow /tmp/postern-planted", no, ALLOWED, ALLOWED),
        ("list-nofollow /", no, ALLOWED, ALLOWED),
        ("list-nofollow /proc", no, ALLOWED, ALLOWED),
        ("list-nofollow /proc/%d/fd" % t.monitor, no, no, no),
        ("read-nofollow /proc/%d/mem" % t.monitor, no, no, no),
        ("read-nofollow /proc/self/mem", no, no, no),
        ("unlink " + t.other_mail, no, no, no),
        ("rename %s %s/moved" % (t.own_mail, t.own_home), no + (errno.EXDEV,), ALLOWED, ALLOWED),
        ("mkdir %s/planted-directory" % t.own_home, no, None, ALLOWED),
        ("symlink %s/planted-link" % t.own_home, no, None, ALLOWED),
        ("link %s %s/planted-second" % (t.own_mail, t.own_home), no + (errno.EXDEV,), None, ALLOWED),
        # Only seccomp stops these: they need no right that the user has not.
        ("chmod " + t.own_mail, ALLOWED, None, ALLOWED),
        ("socket", ALLOWED, None, ALLOWED),
        ("mmap", ALLOWED, None, ALLOWED),
        ("dumpable", ALLOWED, None, ALLOWED),
        ("tcp %d" % t.tcp.getsockname()[1], no, None, ALLOWED),
        ("abstract postern-test-%d" % os.getpid(), no, None, ALLOWED),
        # execve of what Landlock does not let it read; without, it gains nothing (no_new_privs) and the process is gone.
        ("execve", no, None, None),
        ("fork", (errno.EAGAIN,), None, (errno.EAGAIN,)),
        ("ptrace %d" % t.monitor, no, None, no),
        ("ptrace %d" % t.victim, no, None, EITHER),
        ("peek %d" % t.monitor, no, None, no),
        ("kill %d" % t.monitor, no, None, no),
        ("setrlimit", no, None, no),
    ]


def judge(what, got, wanted):
    if wanted == EITHER:
        return
    if wanted is None:
        assert got is None, (what, got)
    elif wanted == ALLOWED:
        assert got is not None and got[0] >= 0, (what, got, "the test itself does not get that far")
    else:
        assert got is not None and got[0] == -1 and got[1] in wanted, (what, got, wanted)


def landlock(world):
    """The version that this kernel has; without any, only the other fences can be looked at."""
    import ctypes
    return ctypes.CDLL(None, use_errno=True).syscall(444, None, 0, 1)


def test_everything(world):
    """With all fences up: each try ends the agent, or is refused; none succeeds."""
    with helpers(world, "a-all") as helper:
        t = Targets(world, helper)
        try:
            for what, with_landlock, with_seccomp, _ in tries(t):
                got = attempt(helper, what)
                assert got is None or (got[0] == -1 and got[1] in (errno.EPERM, errno.EACCES, errno.EXDEV, errno.ENOENT)), (what, got)
                if with_seccomp is None:
                    assert got is None, (what, got)
            restored(world, t)
        finally:
            t.close()
        wait_for(helper.is_quiet, 5, "left behind")
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        c.ask(wire.OPEN_MAILBOX).close()
        c.close()


def restored(world, t):
    moved = t.own_home + "/moved"
    if os.path.exists(moved):
        os.rename(moved, t.own_mail)
    if os.path.exists(t.own_mail):
        os.chmod(t.own_mail, 0o600)
    for name in ("planted", "planted-link", "planted-second"):
        if os.path.lexists(os.path.join(t.own_home, name)):
            os.unlink(os.path.join(t.own_home, name))


def test_without_seccomp(world):
    # Of the sockets and of signals only newer kernels' Landlock knows; without it, everything is the user's own.
    needs = {"tcp": 4, "abstract": 6, "kill": 6}
    version = landlock(world)
    with helpers(world, "a-landlock", POSTERN_TEST_NO_SECCOMP=True) as helper:
        t = Targets(world, helper)
        try:
            for what, wanted, _, alone in tries(t):
                least = needs.get(what.split()[0], 2)
                if version < least:
                    print("  %s: Landlock is of version %d, not %d" % (what, version, least), flush=True)
                judge(what, attempt(helper, what), wanted if version >= least else alone)
                restored(world, t)
        finally:
            t.close()


def test_without_landlock(world):
    with helpers(world, "a-seccomp", POSTERN_TEST_NO_LANDLOCK=True) as helper:
        t = Targets(world, helper)
        try:
            for what, _, wanted, _ in tries(t):
                judge(what, attempt(helper, what), wanted)
                restored(world, t)
        finally:
            t.close()


def test_with_the_user_alone(world):
    """Neither seccomp nor Landlock: what remains is what popa3d has, and it is the user's own right."""
    with helpers(world, "a-user", POSTERN_TEST_NO_SECCOMP=True, POSTERN_TEST_NO_LANDLOCK=True) as helper:
        t = Targets(world, helper)
        try:
            for what, _, _, wanted in tries(t):
                judge(what, attempt(helper, what), wanted)
                restored(world, t)
        finally:
            t.close()


def test_a_virtual_user_is_fenced_to_one_mailbox(world):
    """The same uid, another user's mailbox: nothing but Landlock stands between them, and the names of the protocol."""
    address = "192.0.2.99"
    mail = os.path.join(world.vhome, address, "mail")
    cases = [("v1", "v2", "v1"), ("v1", "vm/new/one", "v1"), ("vm", "v1", "vm/new/one"), ("empty", "v1", None)]
    with Helper(world, "a-vhome", world.program, vhome=world.vhome) as helper:
        for user, other, own in cases:
            for how in ("read-nofollow", "write-nofollow", "unlink", "list-nofollow"):
                for target in (os.path.join(mail, other), mail) if how != "unlink" else (os.path.join(mail, other),):
                    c, _ = helper.accepted(wire.VHOME, user, PASSWORD, local=address)
                    c.send(("ATTK%s %s" % (how, target)).encode())
                    answer = c.socket.recv(100).split()
                    assert answer and answer[0] == b"-1" and int(answer[1]) in (errno.EACCES, errno.ENOTDIR, errno.EISDIR), (
                        user, how, target, answer)
                    c.close()
            if own is not None:
                c, _ = helper.accepted(wire.VHOME, user, PASSWORD, local=address)
                c.send(("ATTKread-nofollow %s" % os.path.join(mail, own)).encode())
                assert int(c.socket.recv(100).split()[0]) >= 0
                c.close()
