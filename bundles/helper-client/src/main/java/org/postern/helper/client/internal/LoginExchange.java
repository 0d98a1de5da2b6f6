package org.postern.helper.client.internal;

import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.helper.HelperMethod;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.ReceivedMessage;

/** LOGIN. An accepted one's connection is the way to the mail. */
final class LoginExchange implements Exchange<Verdict> {
    private final HelperMethod method;
    private final AuthenticationRequest request;
    private volatile MessageSocket agent;

    LoginExchange(HelperMethod method, AuthenticationRequest request) {
        this.method = method;
        this.request = request;
    }

    @Override
    public RequestType type() {
        return RequestType.LOGIN;
    }

    @Override
    public void write(RequestWriter writer) {
        Requests.login(writer, method, request);
    }

    @Override
    public Verdict read(ReplyReader reader, ReceivedMessage message) throws ReplyException {
        Exchange.requireNoDescriptors(message);
        return Replies.verdict(reader);
    }

    @Override
    public boolean keeps(Verdict reply, MessageSocket socket) {
        agent = socket;
        return reply instanceof Verdict.Accepted;
    }

    @Override
    public void discard(Verdict reply) {
        if (reply instanceof Verdict.Accepted) {
            agent.close();
        }
    }

    /** The connection of a LOGIN that was accepted. */
    MessageSocket agent() {
        return agent;
    }
}
