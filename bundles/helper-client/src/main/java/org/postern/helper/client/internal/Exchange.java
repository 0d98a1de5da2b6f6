package org.postern.helper.client.internal;

import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.ReceivedMessage;

/**
 * A request and what is made of its reply.
 *
 * @param <R> what the reply says
 */
interface Exchange<R> {
    RequestType type();

    /** Writes the request's items. */
    void write(RequestWriter writer);

    /**
     * Reads the reply. If that succeeds, every descriptor of the message belongs to what is
     * returned; if not, the caller closes them all.
     */
    R read(ReplyReader reader, ReceivedMessage message) throws ReplyException;

    /** Whether the connection lives on in the reply, which closes it then. */
    default boolean keeps(R reply, MessageSocket socket) {
        return false;
    }

    /** Nobody wants the reply any more: closes what it holds. */
    default void discard(R reply) {}

    /** For replies that bring none. */
    static void requireNoDescriptors(ReceivedMessage message) throws ReplyException {
        ReplyReader.require(message.descriptors().isEmpty(), "descriptors that nobody asked for");
    }
}
