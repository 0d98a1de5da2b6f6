package org.postern.helper.client.internal;

import java.util.Set;
import org.postern.api.helper.HelperMethod;
import org.postern.api.posix.ReceivedMessage;

/** STATUS. */
final class StatusExchange implements Exchange<Set<HelperMethod>> {
    @Override
    public RequestType type() {
        return RequestType.STATUS;
    }

    @Override
    public void write(RequestWriter writer) {
        // It has no items.
    }

    @Override
    public Set<HelperMethod> read(ReplyReader reader, ReceivedMessage message)
            throws ReplyException {
        Exchange.requireNoDescriptors(message);
        return Replies.methods(reader);
    }
}
