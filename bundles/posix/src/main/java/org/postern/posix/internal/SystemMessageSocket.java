package org.postern.posix.internal;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.api.posix.Errno;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.PeerCredentials;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedDescriptor;
import org.postern.api.posix.ReceivedMessage;

/** A connected socket behind a descriptor. */
final class SystemMessageSocket implements MessageSocket {
    private final SystemCalls calls;
    private final SocketCalls socketCalls;
    private final Descriptor descriptor;

    SystemMessageSocket(SystemCalls calls, SocketCalls socketCalls, int number) {
        this.calls = calls;
        this.socketCalls = socketCalls;
        this.descriptor = new Descriptor(calls, number);
    }

    Descriptor descriptor() {
        return descriptor;
    }

    @Override
    public PeerCredentials peer() throws PosixException {
        int number = descriptor.acquire("getsockopt");
        try {
            return socketCalls.peer(number);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public boolean send(ByteBuffer message) throws PosixException {
        long address = checkedAddress(message);
        int number = descriptor.acquire("send");
        try {
            int octets = socketCalls.send(number, address, message.remaining());
            if (octets == SocketCalls.WOULD_BLOCK) {
                return false;
            }
            // Messages go whole or not at all.
            if (octets != message.remaining()) {
                throw new PosixException("send", Errno.EIO);
            }
            message.position(message.limit());
            return true;
        } finally {
            descriptor.release();
            Reference.reachabilityFence(message);
        }
    }

    @Override
    public Optional<ReceivedMessage> receive(ByteBuffer target) throws PosixException {
        // The kernel writes past Java's own guard.
        if (target.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        long address = checkedAddress(target);
        int number = descriptor.acquire("recvmsg");
        try (NativeMemory header = NativeMemory.ofSize(MessageHeader.SIZE)) {
            MessageHeader.prepare(header, address, target.remaining());
            int octets = socketCalls.receive(number, header);
            if (octets == SocketCalls.WOULD_BLOCK) {
                return Optional.empty();
            }
            // Before anything else can fail, these have an owner.
            List<ReceivedDescriptor> descriptors = descriptors(header);
            target.position(target.position() + octets);
            return Optional.of(
                    new ReceivedMessage(octets, MessageHeader.isTruncated(header), descriptors));
        } finally {
            descriptor.release();
            Reference.reachabilityFence(target);
        }
    }

    private List<ReceivedDescriptor> descriptors(NativeMemory header) {
        int[] numbers = new int[MAX_DESCRIPTORS];
        int count = MessageHeader.descriptors(header, numbers);
        List<ReceivedDescriptor> descriptors = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            descriptors.add(new SystemReceivedDescriptor(calls, numbers[i]));
        }
        return descriptors;
    }

    private static long checkedAddress(ByteBuffer buffer) {
        if (!buffer.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer");
        }
        // A message of nothing would look like the end on the other side.
        if (!buffer.hasRemaining()) {
            throw new IllegalArgumentException("an empty buffer");
        }
        return NativeMemory.addressOf(buffer);
    }

    @Override
    public boolean awaitMessage(Duration timeout) throws PosixException {
        return await(SocketCalls.POLLIN, timeout);
    }

    @Override
    public boolean awaitSpace(Duration timeout) throws PosixException {
        return await(SocketCalls.POLLOUT, timeout);
    }

    private boolean await(int events, Duration timeout) throws PosixException {
        int number = descriptor.acquire("poll");
        try {
            return socketCalls.await(number, events, timeout);
        } finally {
            descriptor.release();
        }
    }

    @Override
    public void close() {
        try {
            int number = descriptor.acquire("shutdown");
            try {
                // Ends a wait under way, which would keep the descriptor open until it is over.
                socketCalls.shutdown(number);
            } finally {
                descriptor.release();
            }
        } catch (PosixException closed) {
            return;
        }
        descriptor.close();
    }
}
