package org.postern.pop3.internal;

import java.util.ArrayList;
import java.util.List;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MessageContent;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;

/**
 * Opens messages before their turn, as many as can be had without waiting, which may be none:
 * whatever is in the way of one is told when the message itself is asked for. Before that it closes
 * those that were sent, so that no more are open than were meant to be.
 */
final class BatchOpening implements Bench.Task<List<OpenMessage>> {
    private final Mailbox mailbox;
    private final List<Integer> messages;
    private final List<MessageContent> spent;

    /**
     * @param messages their indexes, in order
     * @param spent to be closed
     */
    BatchOpening(Mailbox mailbox, List<Integer> messages, List<MessageContent> spent) {
        this.mailbox = mailbox;
        this.messages = messages;
        this.spent = spent;
    }

    @Override
    public Step.Done<List<OpenMessage>> advance() {
        close();
        List<OpenMessage> opened = new ArrayList<>(messages.size());
        for (MessageContent content : contents()) {
            opened.add(new OpenMessage(messages.get(opened.size()), content));
        }
        return new Step.Done<>(opened);
    }

    private List<MessageContent> contents() {
        try (Operation<List<MessageContent>> opening = mailbox.readAhead(messages)) {
            Step<List<MessageContent>> step = opening.advance();
            return step instanceof Step.Done<List<MessageContent>> done ? done.result() : List.of();
        } catch (MailboxException untold) {
            return List.of();
        }
    }

    @Override
    public void close() {
        spent.forEach(MessageContent::close);
    }
}
