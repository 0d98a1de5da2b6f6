"""A program that speaks as the JVM's user and means ill; and others who should not speak at all."""
import contextlib
import os
import pwd
import random
import signal
import socket
import struct
import subprocess
import sys
import time
import traceback

import wire
from world import PASSWORD, Helper, wait_for

USER = "postern-t1"


def in_process(world, uid, gid, work):
    """Forks, becomes that user for good, and works; the result is its pid."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.setgroups([])
            os.setresgid(gid, gid, gid)
            os.setresuid(uid, uid, uid)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        os._exit(status)
    return pid


def expect_good(pids):
    for pid in pids:
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def level(helper):
    """Open descriptors, KiB of memory."""
    with open("/proc/%d/statm" % helper.pid) as file:
        pages = int(file.read().split()[1])
    return len(os.listdir("/proc/%d/fd" % helper.pid)), pages * 4


def test_another_uid(world):
    with Helper(world, "peer", world.program, vhome=world.vhome) as helper:
        status = os.stat(helper.path)
        assert (status.st_mode & 0o7777, status.st_uid, status.st_gid) == (0o660, 0, world.peer.pw_gid), oct(status.st_mode)
        other = pwd.getpwnam("postern-t2")

        def knock():
            try:
                wire.Connection(helper.path)
            except PermissionError:
                return
            raise AssertionError("anybody may connect")
        expect_good([in_process(world, other.pw_uid, other.pw_gid, knock)])
        # Through a group of the peer's, or as root: refused, and told so; whatever it sends.
        for uid, gid in ((other.pw_uid, world.peer.pw_gid), (0, 0)):
            for octets in (b"", wire.request(wire.STATUS, [], 1), wire.request(wire.LOGIN, wire.login_items(wire.SHADOW, USER, PASSWORD), 1)):
                c = wire.Connection(helper.path, uid, gid)
                try:
                    if octets:
                        c.send(octets)
                except OSError:
                    pass
                reply = c.receive()
                if reply is not None:   # it may hang up on what was sent and not read
                    assert (reply.kind, reply.number(wire.REASON), reply.sequence) == (wire.REFUSED, 1, 0), reply.items
                    assert not reply.descriptors and c.ended()
                c.close()
        assert "which is not the peer" in helper.said() and "uid %d" % other.pw_uid in helper.said()
        helper.accepted(wire.SHADOW, USER, PASSWORD)[0].close()


def test_nothing_without_a_password(world):
    with Helper(world, "nothing", world.program) as helper:
        for kind, items in ((wire.OPEN_MAILBOX, []), (wire.OPEN_UPDATE, [(wire.IDENTITY, bytes(16))]), (wire.CREATE_MAILBOX, []),
                            (wire.LIST, [(wire.PLACE, b"\0"), (wire.POSITION, bytes(8))]), (wire.OPEN, [wire.entry(1, "x")]),
                            (wire.UNLINK, [wire.entry(1, "x")]), (wire.CREATE, [wire.entry(1, "x")]), (wire.SYNC, [(wire.PLACE, b"\0")]),
                            (wire.RENAME, [wire.entry(1, "x"), wire.entry(1, "y")]), (0, []), (0x8003, [(wire.VERDICT, b"\0")]),
                            (wire.REFUSED, [])):
            with helper.connect() as c:
                assert c.ask(kind, *items) is None, kind
        # One question, one answer, and the end: with everything sent at once.
        with helper.connect() as c:
            c.send(wire.request(wire.LOGIN, wire.login_items(wire.SHADOW, USER, "wrong"), 1))
            c.send(wire.request(wire.LOGIN, wire.login_items(wire.SHADOW, USER, PASSWORD), 2))
            c.send(wire.request(wire.OPEN_MAILBOX, [], 2))
            reply = c.receive()
            # What was sent and not read can cost the answer: then the connection is reset.
            assert reply is None or (reply.number(wire.VERDICT) == wire.DECLINED and not reply.descriptors)
            assert c.ended()
        with helper.connect() as c:
            c.send(wire.request(wire.STATUS, [], 1))
            with contextlib.suppress(BrokenPipeError):      # it has answered and gone
                c.send(wire.request(wire.LOGIN, wire.login_items(wire.SHADOW, USER, PASSWORD), 2))
            reply = c.receive()
            assert (reply is None or reply.number(wire.METHODS) == 3) and c.ended()


def test_replayed_reordered_cut_and_drawn_out(world):
    good = wire.request(wire.OPEN_MAILBOX, [], 2)
    with Helper(world, "order", world.program) as helper:
        for octets in (wire.request(wire.OPEN_MAILBOX, [], 1), wire.request(wire.OPEN_MAILBOX, [], 3), wire.request(wire.OPEN_MAILBOX, [], 0),
                       good[:15], good + b"\0", good[:1], wire.request(wire.OPEN_MAILBOX, [], 2, length=15),
                       wire.request(wire.OPEN_MAILBOX, [], 2, length=17), wire.request(wire.OPEN_MAILBOX, [], 2, count=1),
                       wire.request(wire.OPEN_MAILBOX, [], 2, magic=b"PST2"), bytes(20480), bytes(20481), bytes(65536), bytes(100000),
                       good + bytes(20480 - 16), wire.request(wire.OPEN_MAILBOX, [(99, bytes(60000))], 2)):
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
            c.send(octets)
            assert c.ended(), octets[:20]
            c.close()
        # The login once more, on the connection that it opened.
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        first = c.ask(wire.OPEN_MAILBOX)
        first.close()
        c.send(good)
        assert c.ended()
        c.close()
        wait_for(helper.is_quiet, 5, "left behind")


def test_another_users_mail_on_an_accepted_connection(world):
    with Helper(world, "second", world.program) as helper:
        for kind, items in ((wire.LOGIN, wire.login_items(wire.SHADOW, "postern-t2", PASSWORD)), (wire.OPEN, [wire.entry(1, "postern-t2")]),
                            (wire.LIST, [(wire.PLACE, b"\0"), (wire.POSITION, bytes(8))])):
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
            assert c.ask(kind, *items) is None
            c.close()
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        other = os.stat(os.path.join(world.spool, "postern-t2"))
        reply = c.ask(wire.OPEN_UPDATE, (wire.IDENTITY, struct.pack(">QQ", other.st_dev, other.st_ino)))
        assert reply.results()[0][0] == wire.CHANGED and not reply.descriptors
        c.close()


def test_descriptors_sent_to_the_helper(world):
    with Helper(world, "sent", world.program) as helper:
        null = os.open("/dev/null", os.O_RDWR)
        before = level(helper)[0]
        for count in (1, 2, 32, 200):
            with helper.connect() as c:
                c.send(wire.request(wire.STATUS, [], 1), [null] * count)
                assert c.ended()
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
            c.send(wire.request(wire.OPEN_MAILBOX, [], 2), [null] * count)
            assert c.ended()
            c.close()
        with helper.connect() as c:
            c.send(b"", [null])
            assert c.ended()
        os.close(null)
        wait_for(helper.is_quiet, 5, "left behind")
        assert level(helper)[0] == before


def mutated(random_source, octets):
    octets = bytearray(octets)
    for _ in range(random_source.randrange(1, 4)):
        how = random_source.randrange(6)
        at = random_source.randrange(len(octets)) if octets else 0
        if how == 0 and octets:
            octets[at] ^= 1 << random_source.randrange(8)
        elif how == 1 and octets:
            octets[at] = random_source.choice((0, 1, 3, 16, 32, 64, 127, 128, 254, 255))
        elif how == 2:
            del octets[at:]
        elif how == 3:
            octets[at:at] = random_source.randbytes(random_source.randrange(1, 40))
        elif how == 4:
            del octets[at:at + random_source.randrange(1, 20)]
        else:
            octets += octets[at:]
    if len(octets) >= 12 and random_source.randrange(4):
        octets[8:12] = struct.pack(">I", len(octets))
    return bytes(octets[:66000])


def attempt(c, octets, expecting):
    """Sends it; the answer, if there is one, says nothing and carries nothing."""
    try:
        c.send(octets)
    except OSError:
        return None
    reply = c.receive()
    if reply is not None:
        if not expecting:
            assert reply.kind in (0x8001, 0x8002, 0x8003, wire.REFUSED), reply.kind
            assert reply.kind != 0x8003 or reply.number(wire.VERDICT) != wire.ACCEPTED
            assert not reply.descriptors
        reply.close()
    return reply


def test_twenty_thousand_messages(world):
    """Random, mutated, valid but senseless; by several processes as the JVM's user. The seed is printed."""
    total = 3000 if world.is_sanitized else 20000
    seed = random.randrange(2**32)
    print("  seed", seed, flush=True)
    workers, in_agent = 4, 0.25
    path = os.path.join(pwd.getpwnam(USER).pw_dir, "Maildir")
    if not os.path.exists(path):
        world.make_maildir(USER)
    corpus_directory = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "corpus")
    corpus = []
    for name in sorted(os.listdir(corpus_directory)):
        with open(os.path.join(corpus_directory, name), "rb") as file:
            corpus.append(file.read())
    with Helper(world, "many", world.program, mail="maildir Maildir", failureDelay="10", maxChecks="4") as helper:
        helper.accepted(wire.SHADOW, USER, PASSWORD)[0].close()
        wait_for(helper.is_quiet, 5, "quiet before")
        before = level(helper)
        began = time.monotonic()

        def work(number):
            source = random.Random(seed + number)
            outside, inside = int(total * (1 - in_agent)) // workers, int(total * in_agent) // workers
            for _ in range(outside):
                c = wire.Connection(helper.path)
                # What is a whole LOGIN costs a hash, and is another test's.
                octets = source.randbytes(source.randrange(1, 300)) if source.randrange(4) == 0 else mutated(source, source.choice(corpus))
                if octets[4:6] == b"\0\3" and source.randrange(20):
                    octets = octets[:4] + struct.pack(">H", source.randrange(65536)) + octets[6:]
                attempt(c, octets, False)
                c.close()
            c = None
            for _ in range(inside):
                if c is None:
                    c = wire.Connection(helper.path)
                    assert c.login(wire.SHADOW, USER, PASSWORD).number(wire.VERDICT) == wire.ACCEPTED
                names = [source.randbytes(source.randrange(1, 256)).replace(b"/", b"_").replace(b"\0", b"_") for _ in range(64)]
                entries = [wire.entry(source.randrange(4), name if name not in (b".", b"..") else b"x") for name in names]
                kind = source.choice((wire.LIST, wire.OPEN, wire.RENAME, wire.UNLINK, wire.CREATE, wire.SYNC))
                items = {wire.LIST: [(wire.PLACE, bytes([source.randrange(4)])), (wire.POSITION, source.randbytes(8))],
                         wire.RENAME: entries[:2 * source.randrange(1, 33)], wire.CREATE: entries[:1],
                         wire.SYNC: [(wire.PLACE, bytes([source.randrange(4)]))]}.get(kind, entries[:source.randrange(1, 33)])
                c.sequence += 1
                octets = wire.request(kind, items, c.sequence)
                bad = source.randrange(200) == 0
                reply = attempt(c, mutated(source, octets) if bad else octets, True)
                if not bad:
                    assert reply is not None, (kind, items)
                if reply is None or bad:
                    c.close()
                    c = None
        expect_good([in_process(world, world.peer.pw_uid, world.peer.pw_gid, lambda i=i: work(i)) for i in range(workers)])
        took = time.monotonic() - began
        wait_for(helper.is_quiet, 15, "left behind")
        after = level(helper)
        print("  %d messages, %.1f s; descriptors %d -> %d, KiB %d -> %d" % (total, took, before[0], after[0], before[1], after[1]),
              flush=True)
        assert after[0] == before[0] and after[1] <= before[1] + 512
        assert took < 45
        assert all(os.path.basename(name) in ("new", "cur", "tmp") for name in os.listdir(path) if os.path.isdir(os.path.join(path, name)))
        helper.accepted(wire.SHADOW, USER, PASSWORD)[0].close()
    subprocess.run(["rm", "-rf", path], check=True)


def test_who_connects_and_says_nothing(world):
    """All sessions taken by silent ones: the next waits, and comes in when one of them goes."""
    with Helper(world, "silent", world.program, maxSessions="5") as helper:
        silent = [helper.connect() for _ in range(5)]
        wait_for(lambda: len(helper.children()) == 5, 5, "five sessions")
        waiting = helper.connect(timeout=0.3)
        waiting.send(wire.request(wire.STATUS, [], 1))
        try:
            assert waiting.receive() is None
            raise AssertionError("not held back")
        except socket.timeout:
            pass
        silent[0].close()
        waiting.socket.settimeout(5)
        assert waiting.receive().number(wire.METHODS) == 3
        for c in [waiting] + silent:
            c.close()
        wait_for(helper.is_quiet, 5, "left behind")


def test_who_hangs_up_ends_its_check(world):
    with Helper(world, "hangup", world.program, maxChecks="4",
                pamService=world.service("m-hang", "auth required %s hang" % world.module)) as helper:
        for _ in range(6):      # more than there are slots
            c = helper.connect()
            c.send(wire.request(wire.LOGIN, wire.login_items(wire.PAM, "x%d" % random.randrange(10**9), "right"), 1))
            wait_for(lambda: len(helper.children()) == 2, 5, "checking")
            c.close()
            wait_for(helper.is_quiet, 5, "its check goes on")
        helper.accepted(wire.SHADOW, USER, PASSWORD)[0].close()
        assert "crashed" not in helper.said()
