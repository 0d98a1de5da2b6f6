"""What the agent opens, and what it does not open whatever a hostile local user plants."""
import os
import pwd
import socket
import stat
import struct
import subprocess
import threading
import time

import wire
from world import PASSWORD, Helper, access_mode, status_of, wait_for

USER = "postern-t1"


def maildir_helper(world, name):
    return Helper(world, name, world.program, mail="maildir Maildir")


def fresh_maildir(world):
    path = os.path.join(pwd.getpwnam(USER).pw_dir, "Maildir")
    subprocess.run(["rm", "-rf", path], check=True)
    return world.make_maildir(USER)


def identity(path):
    status = os.stat(path)
    return (wire.IDENTITY, struct.pack(">QQ", status.st_dev, status.st_ino))


def test_mbox(world):
    path = os.path.join(world.spool, USER)
    with Helper(world, "mbox", world.program) as helper:
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        for _ in range(3):      # many times
            opened = c.ask(wire.OPEN_MAILBOX)
            (descriptor,) = opened.descriptors
            assert opened.results() == [(wire.DONE, 0)] and access_mode(descriptor) == os.O_RDONLY
            assert os.fstat(descriptor).st_ino == os.stat(path).st_ino
            assert os.read(descriptor, 99) == b"From x\n\nmail of postern-t1\n"
            opened.close()
        assert c.ask(wire.CREATE_MAILBOX).results() == [(wire.EXISTS, 0)]
        # The update: of this very file, and once; what came to nothing does not count.
        tag, octets = identity(path)
        for wrong in (octets[:8] + bytes(8), bytes(8) + octets[8:], b"\xFF" * 16):
            reply = c.ask(wire.OPEN_UPDATE, (tag, wrong))
            assert reply.results() == [(wire.CHANGED, 0)] and not reply.descriptors
        reply = c.ask(wire.OPEN_UPDATE, (tag, octets))
        (descriptor,) = reply.descriptors
        assert reply.results() == [(wire.DONE, 0)] and access_mode(descriptor) == os.O_RDWR
        assert os.fstat(descriptor).st_ino == os.stat(path).st_ino
        reply.close()
        # Its requests still work, and a second update does not.
        opened = c.ask(wire.OPEN_MAILBOX)
        opened.close()
        assert c.ask(wire.OPEN_UPDATE, (tag, octets)) is None
        c.close()
        # Requests of a Maildir are none of an mbox.
        for kind, items in ((wire.LIST, [(wire.PLACE, b"\1"), (wire.POSITION, bytes(8))]), (wire.OPEN, [wire.entry(wire.NEW, "x")]),
                            (wire.LOGIN, wire.login_items(wire.SHADOW, "postern-t2", PASSWORD)), (wire.STATUS, []), (wire.LISTEN, [])):
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
            assert c.ask(kind, *items) is None, kind
            c.close()


def test_mbox_that_is_not_there(world):
    path = os.path.join(world.spool, "postern-t2")
    os.unlink(path)
    with Helper(world, "missing", world.program) as helper:
        c, _ = helper.accepted(wire.SHADOW, "postern-t2", PASSWORD)
        assert c.ask(wire.OPEN_MAILBOX).results() == [(wire.MISSING, 0)]
        assert c.ask(wire.OPEN_UPDATE, (wire.IDENTITY, bytes(16))).results() == [(wire.MISSING, 0)]
        made = c.ask(wire.CREATE_MAILBOX)
        assert made.results() == [(wire.DONE, 0)] and not made.descriptors
        status = os.stat(path)
        assert (status.st_size, stat.S_IMODE(status.st_mode), status.st_uid) == (0, 0o600, pwd.getpwnam("postern-t2").pw_uid)
        opened = c.ask(wire.OPEN_MAILBOX)
        assert opened.results() == [(wire.DONE, 0)]
        opened.close()
        c.close()
        # Nor is there a home.
        helper.reload(mail="home mail/inbox")
        home = pwd.getpwnam("postern-t2").pw_dir
        c, _ = helper.accepted(wire.SHADOW, "postern-t2", PASSWORD)
        assert c.ask(wire.OPEN_MAILBOX).results() == [(wire.MISSING, 0)]
        c.close()
        os.rename(home, home + ".away")
        try:
            c, _ = helper.accepted(wire.SHADOW, "postern-t2", PASSWORD)
            for kind in (wire.OPEN_MAILBOX, wire.CREATE_MAILBOX):
                assert c.ask(kind).results() == [(wire.MISSING, 0)]
            c.close()
        finally:
            os.rename(home + ".away", home)
    world.put(path, b"From x\n\nmail of postern-t2\n", "postern-t2")


class Planted:
    """What a hostile local user puts in the place of a file, one after the other; none of it may be opened."""

    def __init__(self, world, path):
        self.world, self.path = world, path
        self.owner = pwd.getpwnam(USER)
        self.other = os.path.join(world.top, "other-file")
        world.put(self.other, b"somebody's\n", "postern-t2", 0o666)
        self.own = os.path.join(os.path.dirname(path), "own-file")
        world.put(self.own, b"own\n", USER)

    def clear(self):
        if os.path.isdir(self.path) and not os.path.islink(self.path):
            os.rmdir(self.path)
        elif os.path.lexists(self.path):
            os.unlink(self.path)

    def __iter__(self):
        def bind():
            s = socket.socket(socket.AF_UNIX)
            s.bind(self.path)
            s.close()

        def foreign():
            self.world.put(self.path, b"x", "postern-t2", 0o666)

        def two_links():
            os.link(self.own, self.path)
        not_regular, link = (wire.NOT_PERMITTED, wire.NOT_REGULAR), (wire.NOT_PERMITTED, wire.LINK)
        for what, make, result in (
                ("link to own", lambda: os.symlink(self.own, self.path), link),
                ("link to other", lambda: os.symlink(self.other, self.path), link),
                ("link to shadow", lambda: os.symlink("/etc/shadow", self.path), link),
                ("relative link", lambda: os.symlink("../../etc/passwd", self.path), link),
                ("dangling link", lambda: os.symlink("nowhere", self.path), link),
                ("link to itself", lambda: os.symlink(self.path, self.path), link),
                ("link to a process", lambda: os.symlink("/proc/self/fd/0", self.path), link),
                ("hard link", two_links, (wire.NOT_PERMITTED, wire.MORE_LINKS)),
                ("hard link to other", lambda: os.link(self.other, self.path), (wire.NOT_PERMITTED, wire.FOREIGN)),
                ("FIFO", lambda: os.mkfifo(self.path, 0o666), not_regular),
                ("device", lambda: os.mknod(self.path, 0o666 | stat.S_IFCHR, os.makedev(1, 5)), not_regular),
                ("block device", lambda: os.mknod(self.path, 0o666 | stat.S_IFBLK, os.makedev(7, 200)), None),
                ("directory", lambda: os.mkdir(self.path), None),
                ("socket", bind, not_regular),
                ("foreign", foreign, (wire.NOT_PERMITTED, wire.FOREIGN))):
            self.clear()
            make()
            if what in ("FIFO", "device", "directory", "socket", "block device"):
                os.chmod(self.path, 0o777)
                os.chown(self.path, self.owner.pw_uid, self.owner.pw_gid)
            elif what.startswith("link") or what.endswith("link"):
                if what != "hard link":
                    os.lchown(self.path, self.owner.pw_uid, self.owner.pw_gid)
            yield what, result
        self.clear()
        os.unlink(self.own)
        os.unlink(self.other)


def expect(what, reply, result):
    assert reply is not None, what + ": the session ended"
    assert not reply.descriptors, what
    (got,) = reply.results()
    assert got[0] == wire.NOT_PERMITTED if result is None else got == result, (what, got)


def test_intruders_in_the_place_of_an_mbox(world):
    home = pwd.getpwnam(USER).pw_dir
    path = os.path.join(home, "mbox")
    with Helper(world, "intruders", world.program, mail="home mbox") as helper:
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        planted = Planted(world, path)
        for what, result in planted:
            update = (wire.IDENTITY, struct.pack(">QQ", os.lstat(path).st_dev, os.lstat(path).st_ino))
            expect(what, c.ask(wire.OPEN_MAILBOX), result)
            # For writing, Landlock or the mode may be the first to say no.
            expect(what, c.ask(wire.OPEN_UPDATE, update), None)
            assert c.ask(wire.CREATE_MAILBOX).results()[0][0] == wire.EXISTS, what
            # Also when it is there before the login.
            with helper.accepted(wire.SHADOW, USER, PASSWORD)[0] as fresh:
                expect(what, fresh.ask(wire.OPEN_MAILBOX), result)
        c.close()
        # On the way to it, too.
        helper.reload(mail="home mail/inbox/mbox")
        owner = pwd.getpwnam(USER)
        for below in ("real", "real/inbox"):
            os.mkdir(os.path.join(home, below), 0o755)
            os.chown(os.path.join(home, below), owner.pw_uid, owner.pw_gid)
        world.put(os.path.join(home, "real/inbox/mbox"), b"x", USER)
        link = os.path.join(home, "mail")
        for target in ("real", os.path.join(home, "real"), "/", "/etc"):
            os.symlink(target, link)
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
            reply = c.ask(wire.OPEN_MAILBOX)
            assert reply is not None and reply.results()[0][0] == wire.NOT_PERMITTED and not reply.descriptors, target
            assert c.ask(wire.CREATE_MAILBOX).results()[0][0] == wire.NOT_PERMITTED
            c.close()
            os.unlink(link)
        os.rename(os.path.join(home, "real"), link)
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        opened = c.ask(wire.OPEN_MAILBOX)
        assert opened.results() == [(wire.DONE, 0)]
        opened.close()
        c.close()
        subprocess.run(["rm", "-rf", link], check=True)


def test_intruders_in_a_maildir(world):
    maildir = fresh_maildir(world)
    path = os.path.join(maildir, "new", "victim")
    with maildir_helper(world, "maildir-intruders") as helper:
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        for what, result in Planted(world, path):
            expect(what, c.ask(wire.OPEN, wire.entry(wire.NEW, "victim")), result)
            assert c.ask(wire.CREATE, wire.entry(wire.NEW, "victim")).results()[0][0] == wire.EXISTS
            reply = c.ask(wire.RENAME, wire.entry(wire.NEW, "own-file"), wire.entry(wire.NEW, "victim"))
            assert reply.results()[0][0] == wire.EXISTS, what
            if what == "directory":
                assert c.ask(wire.UNLINK, wire.entry(wire.NEW, "victim")).results()[0][0] == wire.NOT_PERMITTED
        c.close()
        # A directory of it, or the whole of it, that leads elsewhere.
        other = os.path.join(pwd.getpwnam("postern-t2").pw_dir, "Maildir")
        if not os.path.exists(other):
            world.make_maildir("postern-t2")
        own = os.path.join(pwd.getpwnam(USER).pw_dir, "elsewhere")
        world.make_maildir(USER, own)
        world.put(os.path.join(own, "new", "m"), b"x", USER)
        os.chmod(pwd.getpwnam("postern-t2").pw_dir, 0o755)
        for target in (os.path.join(own, "new"), os.path.join(other, "new"), "/etc", "../../elsewhere/new"):
            subprocess.run(["rm", "-rf", os.path.join(maildir, "new")], check=True)
            os.symlink(target, os.path.join(maildir, "new"))
            with helper.accepted(wire.SHADOW, USER, PASSWORD)[0] as c:
                assert c.ask(wire.OPEN, wire.entry(wire.NEW, "m")).results()[0][0] == wire.NOT_PERMITTED, target
                assert c.ask(wire.LIST, (wire.PLACE, b"\1"), (wire.POSITION, bytes(8))).results()[0][0] == wire.NOT_PERMITTED
                assert c.ask(wire.CREATE, wire.entry(wire.NEW, "m2")).results()[0][0] == wire.NOT_PERMITTED
                assert c.ask(wire.SYNC, (wire.PLACE, b"\1")).results()[0][0] == wire.NOT_PERMITTED
        subprocess.run(["rm", "-rf", maildir], check=True)
        for target in (own, other, "/etc", "elsewhere"):
            os.symlink(target, maildir)
            with helper.accepted(wire.SHADOW, USER, PASSWORD)[0] as c:
                assert c.ask(wire.OPEN, wire.entry(wire.NEW, "m")).results()[0][0] == wire.NOT_PERMITTED, target
                assert c.ask(wire.LIST, (wire.PLACE, b"\0"), (wire.POSITION, bytes(8))).results()[0][0] == wire.NOT_PERMITTED
            os.unlink(maildir)
        with helper.accepted(wire.SHADOW, USER, PASSWORD)[0] as c:
            assert c.ask(wire.LIST, (wire.PLACE, b"\1"), (wire.POSITION, bytes(8))).results()[0][0] == wire.MISSING
        subprocess.run(["rm", "-rf", own], check=True)


def test_maildir(world):
    maildir = fresh_maildir(world)
    owner = pwd.getpwnam(USER)
    for i in range(40):
        world.put(os.path.join(maildir, "new", "n%02d" % i), b"%d" % i, USER)
    world.put(os.path.join(maildir, "sizes"), b"s", USER)
    world.put(os.path.join(maildir, "new", "\u00e9 .;:,S=1\n"), b"odd", USER)
    with maildir_helper(world, "maildir") as helper:
        c, reply = helper.accepted(wire.SHADOW, USER, PASSWORD)
        assert reply.number(wire.FORMAT) == wire.MAILDIR
        # A batch: one result each, in order, and a descriptor for each that is done.
        names = ["n%02d" % i for i in range(31)]
        names[7] = "missing"
        opened = c.ask(wire.OPEN, *[wire.entry(wire.NEW, name) for name in names], wire.entry(wire.ROOT, "sizes"))
        assert opened.results() == [(wire.MISSING, 0) if name == "missing" else (wire.DONE, 0) for name in names] + [(wire.DONE, 0)]
        assert [os.read(d, 9) for d in opened.descriptors] == [b"%d" % i for i in range(31) if i != 7] + [b"s"]
        assert all(access_mode(d) == os.O_RDONLY for d in opened.descriptors)
        opened.close()
        agent = helper.agent()
        listing = c.ask(wire.LIST, (wire.PLACE, b"\1"), (wire.POSITION, bytes(8)))
        assert listing.number(wire.NEXT) == wire.LAST_PAGE or len(listing.all(wire.LISTED)) > 0
        listed = {item[56:].decode(): item for item in listing.all(wire.LISTED)}
        assert set(listed) == set(os.listdir(os.path.join(maildir, "new")))
        for name, item in listed.items():
            status = os.stat(os.path.join(maildir, "new", name))
            assert struct.unpack(">QQQqqIIII", item[:56]) == (
                status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_mode, status.st_uid,
                status.st_gid, status.st_nlink)
        # What follows the last page is the directory itself.
        itself = c.ask(wire.LIST, (wire.PLACE, b"\1"), (wire.POSITION, wire.LAST_PAGE.to_bytes(8, "big")))
        status = os.stat(os.path.join(maildir, "new"))
        assert itself.number(wire.NEXT) == wire.LAST_PAGE and not itself.descriptors
        assert [(item[56:], struct.unpack(">QQQqqIIII", item[:56])) for item in itself.all(wire.LISTED)] == [(b".", (
            status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_mode, status.st_uid,
            status.st_gid, status.st_nlink))]
        # Renames replace nothing.
        renamed = c.ask(wire.RENAME, wire.entry(wire.NEW, "n01"), wire.entry(wire.CUR, "n01:2,S"), wire.entry(wire.NEW, "n02"),
                        wire.entry(wire.NEW, "n03"), wire.entry(wire.NEW, "missing"), wire.entry(wire.CUR, "x"))
        assert renamed.results() == [(wire.DONE, 0), (wire.EXISTS, 0), (wire.MISSING, 0)]
        assert os.path.exists(os.path.join(maildir, "cur", "n01:2,S")) and os.path.exists(os.path.join(maildir, "new", "n02"))
        removed = c.ask(wire.UNLINK, wire.entry(wire.CUR, "n01:2,S"), wire.entry(wire.CUR, "n01:2,S"))
        assert removed.results() == [(wire.DONE, 0), (wire.MISSING, 0)]
        made = c.ask(wire.CREATE, wire.entry(wire.TMP, "fresh"))
        (descriptor,) = made.descriptors
        assert made.results() == [(wire.DONE, 0)] and access_mode(descriptor) == os.O_RDWR
        status = os.fstat(descriptor)
        assert stat.S_IMODE(status.st_mode) == 0o600 and status.st_uid == owner.pw_uid
        os.write(descriptor, b"x")      # the agent's own file limit is not the JVM's
        made.close()
        for place in range(4):
            assert c.ask(wire.SYNC, (wire.PLACE, bytes([place]))).results() == [(wire.DONE, 0)]
        assert c.ask(wire.UNLINK, wire.entry(wire.ROOT, "cur")).results()[0][0] == wire.NOT_PERMITTED
        assert os.path.isdir(os.path.join(maildir, "cur"))
        # 32 descriptors at a time, ten times, leave none with the agent.
        before = len(os.listdir("/proc/%d/fd" % agent))
        for _ in range(10):
            opened = c.ask(wire.OPEN, *[wire.entry(wire.NEW, "n%02d" % i) for i in range(2, 34)])
            assert len(opened.descriptors) == 32
            opened.close()
        wait_for(lambda: len(os.listdir("/proc/%d/fd" % agent)) == before, 5, "descriptors are left with the agent")
        # Names that the parser refuses end the session.
        for bad in (b"..", b".", b"a/b", b"../cur/x", b"a\0b"):
            with helper.accepted(wire.SHADOW, USER, PASSWORD)[0] as fresh:
                assert fresh.ask(wire.OPEN, wire.entry(wire.NEW, bad)) is None, bad
        c.close()


def test_pages_of_a_large_directory(world):
    maildir = fresh_maildir(world)
    names = {"%010d.M%dP1.host.example.org,S=%d:2," % (i, i * 7919, i) for i in range(3000)}
    owner = pwd.getpwnam(USER)
    for name in names:
        path = os.path.join(maildir, "cur", name)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        os.chown(path, owner.pw_uid, owner.pw_gid)
    long_names = {"L%04d" % i + "x" * 250 for i in range(300)}
    for name in long_names:
        os.close(os.open(os.path.join(maildir, "tmp", name), os.O_CREAT | os.O_WRONLY, 0o600))
    with maildir_helper(world, "pages") as helper:
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        for place, wanted in ((wire.CUR, names), (wire.TMP, long_names)):
            found, position, pages = [], 0, 0
            while position != wire.LAST_PAGE:
                page = c.ask(wire.LIST, (wire.PLACE, bytes([place])), (wire.POSITION, position.to_bytes(8, "big")))
                assert page.results() == [(wire.DONE, 0)] and len(page.octets) <= 65536
                assert [tag for tag, _ in page.items[:2]] == [wire.RESULT, wire.NEXT] and len(page.items) <= 1002
                found += [item[56:].decode() for item in page.all(wire.LISTED)]
                position, pages = page.number(wire.NEXT), pages + 1
            assert sorted(found) == sorted(wanted) and pages > 1
        # Any position at all is answered, or refused.
        for position in (1, 4096, 2**31, 2**62 + 12345, 2**63 - 1, 2**63, wire.LAST_PAGE):
            page = c.ask(wire.LIST, (wire.PLACE, bytes([wire.CUR])), (wire.POSITION, position.to_bytes(8, "big")))
            assert page is not None and page.results()[0][0] in (wire.DONE, wire.OUT_OF_ORDER), position
        c.close()
    fresh_maildir(world)


def test_what_an_agent_is(world):
    fresh_maildir(world)
    for name, mail in (("agent-mbox", "spool " + world.spool), ("agent-maildir", "maildir Maildir")):
        with Helper(world, name, world.program, mail=mail) as helper:
            c, reply = helper.accepted(wire.SHADOW, USER, PASSWORD)
            if reply.number(wire.FORMAT) == wire.MAILDIR:
                c.ask(wire.SYNC, (wire.PLACE, b"\1"))
            agent, owner = helper.agent(), pwd.getpwnam(USER)
            status = status_of(agent)
            assert status["Uid"].split() == [str(owner.pw_uid)] * 4 and status["Gid"].split() == [str(owner.pw_gid)] * 4
            assert status["Groups"].strip() == ""
            for capabilities in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                assert int(status[capabilities], 16) == 0, capabilities
            assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
            assert os.readlink("/proc/%d/cwd" % agent) == "/" and os.readlink("/proc/%d/root" % agent) == "/"
            links = {int(n): os.readlink("/proc/%d/fd/%s" % (agent, n)) for n in os.listdir("/proc/%d/fd" % agent)}
            assert all(links.pop(n) == "/dev/null" for n in (0, 1, 2)), links
            assert len([link for link in links.values() if link.startswith("socket:")]) == 1, links
            for link in links.values():
                assert link.startswith("socket:") or link == world.spool or link.startswith(owner.pw_dir), links
            with open("/proc/%d/maps" % agent) as file:
                assert not [line for line in file if "rw-s" in line], "memory shared with others"
            with open("/proc/%d/limits" % agent) as file:
                limits = {line[:25].strip(): line[25:].split()[:2] for line in file}
            assert limits["Max core file size"] == limits["Max processes"] == limits["Max file size"] == ["0", "0"]
            # Nothing of the JVM's own to look at: not to be traced, dumped or read by its own user.
            assert os.stat("/proc/%d/mem" % agent).st_uid == 0
            looks = subprocess.run(["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "sh", "-c",
                                    "ls /proc/%d/fd || cat /proc/%d/environ || cat /proc/%d/maps" % (agent, agent, agent)],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            assert looks.returncode != 0 and looks.stdout == b""
            c.close()
            wait_for(helper.is_quiet, 5, "the agent ends with its connection")


def test_who_stops_its_agents_keeps_no_session(world):
    """A local user may signal its own agents; stopped ones must not use up maxSessions."""
    with Helper(world, "stopped", world.program, maxSessions="3") as helper:
        for _ in range(4):
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
            (agent,) = [pid for pid in helper.children()]
            subprocess.run(["setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "kill", "-STOP", str(agent)], check=True)
            wait_for(lambda: agent not in helper.children(), 3, "a stopped agent stays")
            c.close()
        wait_for(helper.is_quiet, 5, "left behind")


def test_a_lost_child_is_missed(world):
    """Many short sessions at once: none may stay counted or unburied, or with few sessions the helper would stand still."""
    with Helper(world, "counting", world.program, maxSessions="2") as helper:
        def hammer():
            for _ in range(100):
                with helper.connect() as c:
                    assert c.ask(wire.STATUS) is not None
        threads = [threading.Thread(target=hammer) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
            assert not thread.is_alive(), "the helper stands still"
        wait_for(helper.is_quiet, 2, "a dead child is unburied")
