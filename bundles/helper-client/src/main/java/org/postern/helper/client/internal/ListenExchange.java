package org.postern.helper.client.internal;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.postern.api.helper.ListeningSocket;
import org.postern.api.posix.FileType;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.ReceivedDescriptor;
import org.postern.api.posix.ReceivedMessage;

/** LISTEN. */
final class ListenExchange implements Exchange<List<ListeningSocket>> {
    @Override
    public RequestType type() {
        return RequestType.LISTEN;
    }

    @Override
    public void write(RequestWriter writer) {
        // It has no items.
    }

    @Override
    public List<ListeningSocket> read(ReplyReader reader, ReceivedMessage message)
            throws ReplyException {
        List<InetSocketAddress> addresses = Replies.sockets(reader);
        ReplyReader.require(
                addresses.size() == message.descriptors().size(),
                "another number of descriptors than of sockets");
        List<ListeningSocket> sockets = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            ReceivedDescriptor descriptor = message.descriptors().get(i);
            requireSocket(descriptor);
            sockets.add(new HandedSocket(addresses.get(i), descriptor));
        }
        return List.copyOf(sockets);
    }

    private static void requireSocket(ReceivedDescriptor descriptor) throws ReplyException {
        try {
            ReplyReader.require(
                    descriptor.status().type() == FileType.SOCKET, "what is no socket as one");
        } catch (PosixException failed) {
            throw ReplyException.malformed("a descriptor of nothing");
        }
    }

    @Override
    public void discard(List<ListeningSocket> reply) {
        reply.forEach(ListeningSocket::close);
    }

    /** A socket that the helper bound. */
    private record HandedSocket(InetSocketAddress address, ReceivedDescriptor descriptor)
            implements ListeningSocket {
        @Override
        public int takeDescriptor() {
            return descriptor.takeNumber();
        }

        @Override
        public void close() {
            descriptor.close();
        }
    }
}
