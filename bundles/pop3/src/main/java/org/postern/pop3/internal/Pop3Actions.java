package org.postern.pop3.internal;

import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.session.SessionEnd;

/**
 * What {@link Pop3Machine} asks of whoever carries it. What takes time is begun, and its result
 * told to the machine, at once or later; until then it takes no input.
 */
interface Pop3Actions {

    /** Whether a password may cross the connection now. */
    boolean passwordsAllowed();

    /** Whether encryption can begin now. */
    boolean canEncrypt();

    /**
     * Begins encryption, behind everything that was sent. Within {@link Pop3Machine#input}, which
     * takes no more octets that came before.
     */
    void encrypt();

    /** The SASL mechanisms that may be used now, most wanted first. */
    List<Mechanism> mechanisms();

    /** Sends a line of ASCII, without its end. */
    void reply(String line);

    /** Sends a listing; told {@link Pop3Machine#listed}. */
    void list(Listing listing);

    /**
     * Checks a password, and whether its owner is let in; told {@link Pop3Machine#admitted}, {@link
     * Pop3Machine#loginFailed}, {@link Pop3Machine#loginUnavailable} or {@link
     * Pop3Machine#loginRefused}. The secret is its to wipe.
     */
    void authenticate(UserName name, Secret password);

    /**
     * Begins an exchange; told as {@link #authenticate} is, or {@link Pop3Machine#challenge} or
     * {@link Pop3Machine#malformed}.
     *
     * @param initial what the client said with it; the secret is its to wipe
     * @return false if the mechanism is not among {@link #mechanisms} any more: nothing is told
     */
    boolean exchange(Mechanism mechanism, Optional<Secret> initial);

    /** Goes on with what the client answered to a challenge; told as {@link #exchange} is. */
    void respond(Secret response);

    /**
     * Gives up an exchange in which nothing is under way; or one that came to nothing before it
     * began.
     *
     * @param reason for the log; nothing the client sent
     */
    void abandonExchange(String reason);

    /**
     * Opens the mailbox of the login that was admitted; told {@link Pop3Machine#opened} or {@link
     * Pop3Machine#notOpened}.
     */
    void open();

    /**
     * Sends a message with its status line and final dot, or nothing of them; told {@link
     * Pop3Machine#retrieved} or {@link Pop3Machine#notRetrieved}. When it breaks after something
     * was sent, only the end of the connection can tell the client: {@link Pop3Machine#fail}.
     *
     * @param message its index in the snapshot
     * @param bodyLines TOP's count, or {@link org.postern.api.mailbox.MessageEncoder#ALL_LINES}
     * @param status the first line
     */
    void retrieve(int message, long bodyLines, String status);

    /**
     * Removes messages, for good, and ends the use of the mailbox; told {@link Pop3Machine#updated}
     * or {@link Pop3Machine#notUpdated}.
     *
     * @param messages indexes in the snapshot
     */
    void update(BitSet messages);

    /** Ends the connection, after everything that was sent. */
    void close(SessionEnd end, String detail);
}
