"""PAM as it is, and modules that behave as no module should."""
import concurrent.futures
import glob
import os
import pwd
import time

import wire
from world import FAILURE_DELAY, PASSWORD, Helper, processes, wait_for


def with_module(world, *arguments):
    return world.service("m-" + "-".join(arguments[:1]), "auth required %s %s" % (world.module, " ".join(arguments)),
                         "account required pam_permit.so")


def test_pam_unix(world):
    service = world.service("unix", "auth required pam_unix.so", "account required pam_unix.so")
    with Helper(world, "pam", world.program, pamService=service) as helper:
        for name in ("postern-t1", "postern-t2", "postern-t9"):
            c, reply = helper.accepted(wire.PAM, name, PASSWORD)
            assert reply.all(wire.NAME) == [name.encode()] and reply.number(wire.UID) == pwd.getpwnam(name).pw_uid
            c.close()
        wrong = [("postern-t1", "wrong"), ("postern-nobody-knows", PASSWORD), ("postern-t3", PASSWORD), ("postern-t4", PASSWORD),
                 ("postern-t5", PASSWORD), ("postern-t6", PASSWORD), ("postern-t7", PASSWORD), ("postern-t8", PASSWORD), ("root", PASSWORD),
                 ("postern-t2", ""), ("postern-t9", "x" * 1024), ("postern-t2", PASSWORD + "\0x")]

        def ask(pair):
            began = time.monotonic()
            c, reply = helper.log_in(wire.PAM, *pair)
            c.close()
            return reply.octets, time.monotonic() - began
        with concurrent.futures.ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(ask, wrong))
        for pair, (octets, took) in zip(wrong, replies):
            assert octets[-1] == wire.DECLINED and octets == replies[0][0], (pair, octets)
            # Not pam_unix' own two seconds.
            assert FAILURE_DELAY / 1000 <= took < 1.9, (pair, took)
        # A changed helper.conf is for the next login.
        denies = world.service("denies", "auth required pam_unix.so", "account required pam_deny.so")
        helper.reload(pamService=denies)
        assert helper.verdict(wire.PAM, "postern-t1", PASSWORD) == wire.DECLINED
        helper.reload(pamService=service)
        helper.accepted(wire.PAM, "postern-t1", PASSWORD)[0].close()


def test_a_module_that_hangs_holds_up_nobody(world):
    hanging = with_module(world, "hang")
    with Helper(world, "hang", world.program, pamService=hanging, checkSeconds="2") as helper:
        began = time.monotonic()
        hung = [helper.connect() for _ in range(3)]
        for i, c in enumerate(hung):
            c.sequence = 1
            c.send(wire.request(wire.LOGIN, wire.login_items(wire.PAM, "user%d" % i, "right"), 1))
        time.sleep(0.2)
        helper.accepted(wire.SHADOW, "postern-t1", PASSWORD)[0].close()
        assert time.monotonic() - began < 1.5, "another login waited"
        for c in hung:
            assert c.receive().number(wire.VERDICT) == wire.UNAVAILABLE
            assert c.ended()
        assert 2 <= time.monotonic() - began < 4
        wait_for(helper.is_quiet, 5, "a checker is left")
        assert "took longer than checkSeconds" in helper.said()


def test_a_check_that_takes_longer_than_the_delay(world):
    """Is answered when the next is over: by how much it was longer, and so which hash it was, is not told."""
    with Helper(world, "slow", world.program, pamService=with_module(world, "slow", "250")) as helper:
        began = time.monotonic()
        assert helper.verdict(wire.PAM, "somebody", "wrong") == wire.DECLINED
        assert time.monotonic() - began >= 2 * FAILURE_DELAY / 1000


def test_a_program_that_a_module_runs_and_that_hangs(world):
    service = world.service("exec", "auth optional pam_exec.so /bin/sleep 29.875", "auth required pam_permit.so",
                            "account required pam_permit.so")

    def sleeping():
        found = []
        for pid in processes():
            try:
                with open("/proc/%d/cmdline" % pid, "rb") as file:
                    if file.read() == b"/bin/sleep\x0029.875\0":
                        found.append(pid)
            except OSError:
                pass
        return found
    with Helper(world, "exec", world.program, pamService=service, checkSeconds="1") as helper:
        began = time.monotonic()
        c = helper.connect()
        c.send(wire.request(wire.LOGIN, wire.login_items(wire.PAM, "postern-t1", PASSWORD), 1))
        wait_for(sleeping, 5, "pam_exec runs it")
        assert c.receive().number(wire.VERDICT) == wire.UNAVAILABLE and time.monotonic() - began < 4
        c.close()
        # pam_exec's program is in a session of its own, so that no signal to the check's group reaches it; it may end
        # in its own time, and holds neither a slot, nor a session, nor a descriptor of ours.
        wait_for(helper.is_quiet, 5, "a checker is left")
        for pid in sleeping():
            assert not any("socket" in os.readlink(entry.path) for entry in os.scandir("/proc/%d/fd" % pid))
            os.kill(pid, 9)


def test_modules_that_end_the_process_or_print(world):
    service = with_module(world, "abort")
    with Helper(world, "rude", world.program, pamService=service) as helper:
        for how, verdict in (("abort", wire.UNAVAILABLE), ("exit", wire.UNAVAILABLE), ("quick-exit", wire.UNAVAILABLE),
                             ("segv", wire.UNAVAILABLE), ("close", wire.UNAVAILABLE), ("print", wire.ACCEPTED), ("read", wire.ACCEPTED),
                             ("", wire.ACCEPTED)):
            helper.reload(pamService=with_module(world, how))
            began = time.monotonic()
            c, reply = helper.log_in(wire.PAM, "postern-t1", "right")
            with c:
                assert reply is not None and reply.number(wire.VERDICT) == verdict, (how, reply and reply.items)
                assert time.monotonic() - began < 3
            assert helper.verdict(wire.PAM, "postern-t1", "wrong") != wire.ACCEPTED, how
        assert "postern-module-prints" not in helper.said()
        # Junk in all descriptors is no way in; the log may get some of it.
        helper.reload(pamService=with_module(world, "junk"))
        c, reply = helper.log_in(wire.PAM, "postern-t1", "wrong")
        c.close()
        assert reply is None or reply.number(wire.VERDICT) != wire.ACCEPTED
        wait_for(helper.is_quiet, 5, "left behind")
    # Reports of what the module did to itself are not the helper's.
    for report in glob.glob(world.reports + "/*"):
        with open(report) as file:
            text = file.read()
        if "SEGV" in text or "ABRT" in text:
            os.unlink(report)


def test_a_module_that_changes_the_name(world):
    with Helper(world, "name", world.program, pamService=with_module(world, "user", "postern-t2")) as helper:
        c, reply = helper.accepted(wire.PAM, "somebody@example.org", "right")
        assert reply.all(wire.NAME) == [b"postern-t2"] and reply.number(wire.UID) == pwd.getpwnam("postern-t2").pw_uid
        opened = c.ask(wire.OPEN_MAILBOX)
        assert os.read(opened.descriptors[0], 99) == b"From x\n\nmail of postern-t2\n"
        opened.close()
        c.close()
        for other in ("root", "postern-t6", "postern-t7", "nobody-of-this-name", "../postern-t1"):
            helper.reload(pamService=with_module(world, "user", other))
            assert helper.verdict(wire.PAM, "postern-t1", "right") == wire.DECLINED, other


def test_what_a_module_runs_gets_no_descriptor(world):
    """One end of the checker's pipe in a user's program would be a way to be anybody."""
    listing = os.path.join(world.top, "descriptors")
    with Helper(world, "inherit", world.program, pamService=with_module(world, "run", listing)) as helper:
        helper.accepted(wire.PAM, "postern-t1", "right")[0].close()
        with open(listing) as file:
            lines = [line for line in file if "->" in line]
        numbers = sorted(int(line.split("->")[0].split()[-1]) for line in lines)
        # 1 is the listing itself, and one more is ls looking at it.
        assert numbers in ([0, 1, 2, 3], [0, 1, 2]), lines
        assert not any("socket:" in line or "pipe:" in line or "memfd" in line for line in lines), lines
