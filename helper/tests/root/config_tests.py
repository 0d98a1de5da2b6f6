"""helper.conf as an attacker on the same machine would have it, and the socket's place."""
import os
import pwd
import subprocess
import time

import wire
from world import PASSWORD, Helper, wait_for


def ends_with(world, name, prepare, said, code=78):
    """A helper that does not start, and says why."""
    helper = Helper(world, name, world.program, start=False)
    prepare(helper)
    helper.start(wait=False)
    try:
        assert helper.process.wait(10) == code
    finally:
        helper.process.kill()
        helper.process.wait()
    assert said in helper.said(), helper.said()
    assert not os.path.exists(helper.path)
    os.unlink(helper.conf)


def test_files_that_others_can_write(world):
    for mode in (0o664, 0o646, 0o602, 0o620, 0o777):
        ends_with(world, "writable-%o" % mode, lambda h: os.chmod(h.conf, mode), "nobody but root can write: chown root and chmod go-w it")
    ends_with(world, "owned", lambda h: os.chown(h.conf, world.peer.pw_uid, 0), "nobody but root can write")
    ends_with(world, "missing", lambda h: (os.rename(h.conf, h.conf + "x"), os.symlink(h.conf + ".none", h.conf)),
              "No such file")

    directory = world.directory("not-a-file")

    def link(helper):
        os.unlink(helper.conf)
        os.symlink(directory, helper.conf)
    ends_with(world, "directory", link, "wants to be a file")
    os.rmdir(directory)


def test_settings_that_are_wrong(world):
    for name, settings, said in (
            ("unknown", {"tls": "starttls"}, "\"tls\" is not a key: take it out"), ("peer-root", {"peer": "root"}, "is not root"),
            ("peer-unknown", {"peer": "postern-nobody-knows"}, "peer wants a user that exists"),
            ("checks", {"maxChecks": "3"}, "maxChecks wants"), ("place", {"socket": world.top + "/no/such/directory"}, "socket ")):
        ends_with(world, "wrong-" + name, lambda h, s=settings: h.configure(**s), said)


def test_only_root_may_start_it(world):
    done = subprocess.run(["setpriv", "--reuid", "postern-t1", "--regid", "postern-t1", "--clear-groups", world.program, "-c", "/nonexistent"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10, cwd="/")
    assert done.returncode == 71 and b"wants to be root" in done.stdout, done
    done = subprocess.run([world.program, "-x"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=10)
    assert done.returncode == 64 and b"usage" in done.stdout


def test_a_socket_in_the_peers_own_directory(world):
    """Whatever the peer puts there, root changes nothing at its other end."""
    directory = os.path.join(world.top, "peers")
    if not os.path.exists(directory):
        os.mkdir(directory)
    os.chmod(directory, 0o755)
    os.chown(directory, world.peer.pw_uid, world.peer.pw_gid)
    victim = os.path.join(world.top, "victim")
    with open(victim, "w") as file:
        file.write("secret")
    os.chmod(victim, 0o600)
    path = os.path.join(directory, "helper.sock")
    os.symlink(victim, path)
    flag = os.path.join(world.top, "stop")
    swap = os.fork()
    if swap == 0:
        os.setresgid(world.peer.pw_gid, world.peer.pw_gid, world.peer.pw_gid)
        os.setresuid(world.peer.pw_uid, world.peer.pw_uid, world.peer.pw_uid)
        try:
            end = time.monotonic() + 20
            while not os.path.exists(flag) and time.monotonic() < end:
                try:
                    os.symlink(victim, path + ".link")
                    os.rename(path + ".link", path)
                except OSError:
                    pass
        finally:
            os._exit(0)
    try:
        for i in range(20):
            helper = Helper(world, "swapped-%d" % i, world.program, start=False, socket=path)
            helper.start(wait=False)
            wait_for(lambda: "Serving" in helper.said() or helper.process.poll() is not None, 10, "neither serves nor ends")
            helper.process.kill()
            helper.process.wait()
            status = os.stat(victim)
            assert status.st_mode & 0o7777 == 0o600 and (status.st_uid, status.st_gid) == (0, 0), oct(status.st_mode)
    finally:
        open(flag, "w").close()
        os.waitpid(swap, 0)
        os.unlink(flag)
        subprocess.run(["rm", "-rf", directory], check=True)


def test_a_right_socket(world):
    with Helper(world, "mode", world.program) as helper:
        status = os.stat(helper.path)
        assert status.st_mode & 0o7777 == 0o660 and status.st_uid == 0 and status.st_gid == pwd.getpwnam("postern-test").pw_gid
        helper.accepted(wire.SHADOW, "postern-t1", PASSWORD)[0].close()
