"""Kill -9 of every process at every stage; the monitor's own start, end and restart; the listening sockets."""
import os
import signal
import socket
import time

import wire
from world import PASSWORD, Helper, descendants, free_port, processes, wait_for

USER = "postern-t1"


def hanging(world):
    return world.service("m-hang-deaf", "auth required %s hang-deaf" % world.module)


def start_check(helper, name="x"):
    c = helper.connect()
    c.send(wire.request(wire.LOGIN, wire.login_items(wire.PAM, name, "right"), 1))
    wait_for(lambda: len(helper.children()) == 2, 5, "checking")
    session, checker = sorted(helper.children())
    if processes()[checker][0] != session:
        session, checker = checker, session
    time.sleep(0.1)     # into the module
    return c, session, checker


def works(helper):
    helper.accepted(wire.SHADOW, USER, PASSWORD)[0].close()
    wait_for(helper.is_quiet, 5, "left behind: %s" % helper.children())


def test_killed_sessions(world):
    with Helper(world, "k-session", world.program, pamService=hanging(world), checkSeconds="2") as helper:
        c = helper.connect()
        os.kill(helper.agent(), signal.SIGKILL)
        assert c.ended()
        works(helper)
        c, session, checker = start_check(helper)
        os.kill(session, signal.SIGKILL)
        assert c.ended()
        # Its check cannot be told any more; it ends by itself.
        wait_for(lambda: checker not in processes(), 5, "the checker outlives its session")
        works(helper)
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        os.kill(helper.agent(), signal.SIGKILL)
        assert c.ended()
        works(helper)
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        opened = c.ask(wire.OPEN_MAILBOX)
        os.kill(helper.agent(), signal.SIGKILL)
        assert c.ended()
        assert os.read(opened.descriptors[0], 6) == b"From x"   # what was opened stays open
        opened.close()
        works(helper)


def test_killed_checkers_give_their_slots_back(world):
    with Helper(world, "k-checker", world.program, pamService=hanging(world), maxChecks="4") as helper:
        for i in range(10):
            c, _, checker = start_check(helper, "x%d" % i)
            os.kill(checker, signal.SIGKILL)
            assert c.receive().number(wire.VERDICT) == wire.UNAVAILABLE
            assert c.ended()
            wait_for(helper.is_quiet, 5, "left behind")
        works(helper)
        assert helper.verdict(wire.SHADOW, USER, "wrong") == wire.DECLINED


test_killed_checkers_give_their_slots_back.only_normal = True


def test_killed_monitor(world):
    for stage in ("connected", "checking", "accepted", "opened"):
        helper = Helper(world, "k-monitor-" + stage, world.program, pamService=hanging(world), checkSeconds="2")
        if stage == "connected":
            c = helper.connect()
            helper.agent()
        elif stage == "checking":
            c, _, _ = start_check(helper)
        else:
            c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        if stage == "opened":
            c.ask(wire.OPEN_MAILBOX).close()
        below = helper.children()
        assert below
        os.kill(helper.pid, signal.SIGKILL)
        helper.process.wait()
        assert c.ended(), stage
        c.close()
        wait_for(lambda: not set(below) & set(processes()), 5, stage + ": a process outlives the monitor")
        # The supervisor starts it again; the socket of the dead one is in nobody's way.
        helper.start()
        works(helper)
        assert helper.stop() == 0


test_killed_monitor.only_normal = True


def test_end_and_reload(world):
    helper = Helper(world, "end", world.program)
    c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
    below = helper.children()
    assert "read again" in helper.reload(failureDelay="300")
    began = time.monotonic()
    assert helper.verdict(wire.SHADOW, USER, "wrong") == wire.DECLINED and time.monotonic() - began >= 0.3
    said = helper.reload(failureDelay="0")
    assert "line " in said and "failureDelay wants" in said and "stays in force" in said
    os.chmod(helper.conf, 0o666)
    helper.process.send_signal(signal.SIGHUP)
    wait_for(lambda: "nobody but root can write" in helper.said(), 5, "a writable file is refused")
    assert helper.verdict(wire.SHADOW, USER, "wrong") == wire.DECLINED
    assert c.ask(wire.OPEN_MAILBOX).results() == [(wire.DONE, 0)]       # who was in is still in
    # A second one does not take the first one's socket away.
    helper.configure(failureDelay="200")
    os.chmod(helper.conf, 0o644)
    second = Helper.__new__(Helper)
    second.__dict__.update(helper.__dict__)
    second.start(wait=False)
    assert second.process.wait(10) == 78
    assert c.ask(wire.OPEN_MAILBOX).results() == [(wire.DONE, 0)]
    assert helper.stop() == 0 and not os.path.exists(helper.path)
    assert c.ended()
    c.close()
    wait_for(lambda: not set(below) & set(processes()), 5, "sessions end with the helper")
    assert "Ended" in helper.said()


def test_listening_sockets(world):
    ports = [free_port() for _ in range(3)]
    addresses = ["127.0.0.1 %d" % ports[0], "127.0.0.1:%d" % ports[1]]
    if socket.has_ipv6:
        addresses.append("[::1]:%d" % ports[2])

    def handed_out(helper):
        with helper.connect() as c:
            reply = c.ask(wire.LISTEN)
            assert c.ended()
        assert len(reply.descriptors) == len(reply.all(wire.SOCKET))
        return reply

    helper = Helper(world, "listen", world.program, listen=addresses)
    try:
        # The JVM is away: connections wait in the backlog.
        early = socket.create_connection(("127.0.0.1", ports[0]), 5)
        reply = handed_out(helper)
        told = [(socket.inet_ntop(socket.AF_INET if len(o) == 6 else socket.AF_INET6, o[:-2]), int.from_bytes(o[-2:], "big"))
                for o in reply.all(wire.SOCKET)]
        assert told == [("127.0.0.1", ports[0]), ("127.0.0.1", ports[1])] + [("::1", ports[2])] * (len(addresses) - 2), told
        held = [socket.socket(fileno=descriptor) for descriptor in reply.descriptors]
        for s, (host, port) in zip(held, told):
            assert s.getsockname()[:2] == (host, port) and s.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1
            assert s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT) == 0
            s.setblocking(True)
            s.settimeout(5)
        accepted, _ = held[0].accept()
        early.sendall(b"x")
        assert accepted.recv(1) == b"x"
        # Handed out again to a JVM that was restarted.
        again = handed_out(helper)
        assert len(again.descriptors) == len(held)
        again.close()
        # The helper dies while the JVM goes on: its sockets serve, and the new helper serves logins, and waits for the ports.
        os.kill(helper.pid, signal.SIGKILL)
        helper.process.wait()
        with socket.create_connection(("127.0.0.1", ports[0]), 5):
            held[0].accept()[0].close()
        helper.start()
        works(helper)
        assert "trying again" in helper.said()
        none = handed_out(helper)
        assert not none.items and not none.descriptors
        with socket.create_connection(("127.0.0.1", ports[1]), 5):
            held[1].accept()[0].close()
        accepted.close()
        early.close()
        for s in held:
            s.close()
        began = time.monotonic()

        def all_there():
            reply = handed_out(helper)
            count = len(reply.descriptors)
            reply.close()
            return count == len(addresses)
        wait_for(all_there, 3, "the ports are bound again")
        assert time.monotonic() - began < 2.5
        # Nobody but the monitor has them in the end: not the sessions.
        c, _ = helper.accepted(wire.SHADOW, USER, PASSWORD)
        agent = helper.agent()
        inodes = [os.readlink("/proc/%d/fd/%s" % (agent, n)) for n in os.listdir("/proc/%d/fd" % agent)]
        assert len([i for i in inodes if i.startswith("socket:")]) == 1, inodes
        c.close()
        helper.stop()
        try:
            socket.create_connection(("127.0.0.1", ports[0]), 1)
            raise AssertionError("somebody still listens")
        except ConnectionRefusedError:
            pass
    finally:
        helper.stop()
