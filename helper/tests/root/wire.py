"""PROTOCOL.md as a client speaks it, and as a hostile one does."""
import array
import os
import socket
import struct
import threading

STATUS, LISTEN, LOGIN = 1, 2, 3
OPEN_MAILBOX, OPEN_UPDATE, CREATE_MAILBOX, LIST, OPEN, RENAME, UNLINK, CREATE, SYNC = range(16, 25)
METHOD, NAME, SECRET, SOURCE, LOCAL, ENTRY, IDENTITY, PLACE, POSITION = range(1, 10)
VERDICT, UID, FORMAT, RESULT, LISTED, NEXT, SOCKET, REASON, METHODS = range(32, 41)
REFUSED = 0xFFFF
SHADOW, PAM, VHOME = 1, 2, 3
ACCEPTED, DECLINED, UNAVAILABLE = 0, 1, 2
MBOX, MAILDIR = 1, 2
ROOT, NEW, CUR, TMP = range(4)
DONE, MISSING, NOT_PERMITTED, CHANGED, EXISTS, FULL, OUT_OF_ORDER = range(7)
LINK, NOT_REGULAR, FOREIGN, MORE_LINKS = 1, 2, 3, 4
LAST_PAGE = 2**64 - 1


def request(kind, items, sequence, count=None, length=None, magic=b"PST1"):
    body = b"".join(struct.pack(">HH", tag, len(octets)) + octets for tag, octets in items)
    return magic + struct.pack(">HHII", kind, len(items) if count is None else count,
                               16 + len(body) if length is None else length, sequence) + body


def login_items(method, name, secret, source="198.51.100.7", local="192.0.2.1"):
    def address(text):
        return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)
    as_octets = lambda text: text if isinstance(text, bytes) else text.encode()
    return [(METHOD, bytes([method])), (NAME, as_octets(name)), (SECRET, as_octets(secret)), (SOURCE, address(source)),
            (LOCAL, address(local))]


def entry(place, name):
    return (ENTRY, bytes([place]) + (name if isinstance(name, bytes) else name.encode()))


class Reply:
    def __init__(self, octets, descriptors):
        self.octets, self.descriptors = octets, descriptors
        magic, self.kind, count, length, self.sequence = struct.unpack(">4sHHII", octets[:16])
        assert magic == b"PST1" and length == len(octets), octets[:32]
        self.items, at = [], 16
        while at < len(octets):
            tag, size = struct.unpack(">HH", octets[at:at + 4])
            assert at + 4 + size <= len(octets)
            self.items.append((tag, octets[at + 4:at + 4 + size]))
            at += 4 + size
        assert count == len(self.items)

    def all(self, tag):
        return [octets for kind, octets in self.items if kind == tag]

    def number(self, tag):
        (octets,) = self.all(tag)
        return int.from_bytes(octets, "big")

    def results(self):
        return [(octets[0], octets[1]) for octets in self.all(RESULT)]

    def close(self):
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []


_identity = threading.Lock()


class Connection:
    """Made with the peer's uid and gid, which is what SO_PEERCRED tells; this process itself stays root."""

    def __init__(self, path, uid=None, gid=None, timeout=20):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(timeout)
        self.sequence = 0
        if uid is None:
            self.socket.connect(path)
            return
        with _identity:
            os.setegid(gid)
            os.seteuid(uid)
            try:
                self.socket.connect(path)
            finally:
                os.seteuid(0)
                os.setegid(0)

    def send(self, octets, descriptors=()):
        ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        self.socket.sendmsg([octets], ancillary)

    def receive(self):
        """A reply, or None if the other end has hung up."""
        try:
            octets, descriptors, flags, _ = socket.recv_fds(self.socket, 70000, 64)
        except ConnectionResetError:
            # It left something unread. What it said before that is still there, behind the error.
            octets, descriptors, flags, _ = socket.recv_fds(self.socket, 70000, 64)
        if not octets:
            assert not descriptors
            return None
        assert flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC) == 0
        return Reply(octets, list(descriptors))

    def ask(self, kind, *items):
        self.sequence += 1
        try:
            self.send(request(kind, items, self.sequence))
        except (BrokenPipeError, ConnectionResetError):
            return None
        reply = self.receive()
        if reply is not None and reply.kind != REFUSED:
            assert reply.kind == kind | 0x8000 and reply.sequence == self.sequence, (reply.kind, reply.sequence)
        return reply

    def login(self, *args, **named):
        return self.ask(LOGIN, *login_items(*args, **named))

    def ended(self):
        """Whether the other end hangs up, saying nothing more."""
        return self.receive() is None

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
