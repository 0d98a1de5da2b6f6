package org.postern.pop3.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postern.api.auth.Mechanism;
import org.postern.api.auth.Secret;
import org.postern.api.auth.UserName;
import org.postern.api.limits.SessionBounds;
import org.postern.api.protocol.Cancellable;
import org.postern.api.protocol.Connection;
import org.postern.api.protocol.ProtocolSession;
import org.postern.api.session.Session;
import org.postern.api.session.SessionEnd;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the machine on a connection: puts its replies into buffers and its slow actions on the
 * workers, and tells it their results. Input rests while something is under way or the client does
 * not read, so one client has at most one task, and no more output waiting than the connection's
 * high water and one buffer. All on the event loop, unless stated.
 */
final class Pop3Session implements ProtocolSession, Pop3Actions {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Session.class);

    private final Connection connection;
    private final Session session;
    private final Pop3Services services;
    private final Pop3Settings settings;
    private final Consumer<Pop3Session> onReleased;
    private final Pop3Machine machine;
    private final ReplyOutput output;
    private final Login login;
    private final HangUps hangUps;
    private final PasswordCheck passwords;
    private final SaslDialogue sasl;
    private final SessionMailbox mailbox;
    private final ListingSender lister;

    private Cancellable loginTimer = () -> {};
    private boolean paused;

    /**
     * @param onReleased told once, on any thread, when the session has ended and holds nothing
     */
    Pop3Session(
            Connection connection,
            Pop3Services services,
            Pop3Settings settings,
            Consumer<Pop3Session> onReleased) {
        this.connection = connection;
        this.session = connection.session();
        this.services = services;
        this.settings = settings;
        this.onReleased = onReleased;
        output = new ReplyOutput(connection);
        SessionBounds bounds = services.limits().bounds(session.info());
        machine = new Pop3Machine(this, settings.last(), bounds);
        mailbox =
                new SessionMailbox(
                        connection,
                        output,
                        services.mailboxes(),
                        new Bench(connection, services.delays().apply(connection), this::fault),
                        services.aheadPlaces(),
                        machine,
                        this::tell,
                        settings.nulSubstitute());
        lister = new ListingSender(connection, output, machine, this::settle);
        Duration deadline = Login.deadline(settings.loginTimeout());
        LoginVerdict verdict = new LoginVerdict();
        login = new Login(connection, services.limits(), verdict);
        hangUps = new HangUps(connection, services.limits());
        passwords =
                new PasswordCheck(
                        connection,
                        services.authentication(),
                        services.limits(),
                        deadline,
                        hangUps,
                        login);
        sasl = new SaslDialogue(connection, services.sasl(), deadline, hangUps, login, verdict);
    }

    /** Greets. */
    void begin() {
        connection.idleTimeout(settings.loginTimeout());
        Duration left = settings.loginTimeout().minus(connection.age());
        loginTimer =
                connection.schedule(
                        () -> tell(() -> machine.fail(SessionEnd.LOGIN_TIMEOUT, "")),
                        left.isNegative() ? Duration.ZERO : left);
        machine.greet();
        settle();
    }

    /** {@link #drain}, on any thread. */
    void drainSoon() {
        connection.execute(this::drain);
    }

    /** Ends the connection without an update, unless QUIT has been read. On any thread. */
    void shutDown() {
        connection.execute(() -> tell(() -> machine.fail(SessionEnd.DRAINED, "")));
    }

    @Override
    public void input(ByteBuffer octets) {
        while (octets.hasRemaining() && machine.listening() && connection.writable()) {
            machine.input(octets);
        }
        if (machine.closed()) {
            octets.position(octets.limit());
        }
        settle();
    }

    @Override
    public void writable() {
        mailbox.writable();
        lister.goOn();
        settle();
    }

    @Override
    public void drain() {
        tell(machine::drain);
    }

    @Override
    public void ended(SessionEnd end) {
        hangUps.ended(end);
        machine.ended();
        stop();
        output.discard();
        mailbox.ended(() -> onReleased.accept(this));
    }

    private void stop() {
        loginTimer.cancel();
        passwords.cancel();
        sasl.cancel();
        login.cancel();
        lister.stop();
    }

    // Tells the machine something, unless it is over, and sends what it replies.
    private void tell(Runnable news) {
        if (!machine.closed()) {
            news.run();
            settle();
        }
    }

    private void settle() {
        output.flush();
        boolean wanted = machine.listening() && connection.writable();
        if (wanted == paused && !machine.closed()) {
            paused = !wanted;
            if (paused) {
                connection.pause();
            } else {
                connection.resume();
            }
        }
    }

    private void fault(Throwable fault) {
        LOG.error("session {}: failed", session.info().id(), fault);
        tell(() -> machine.fail(SessionEnd.FAILED, fault.getClass().getName()));
    }

    // What the machine asks for:

    @Override
    public boolean passwordsAllowed() {
        return connection.passwordsAllowed();
    }

    @Override
    public boolean canEncrypt() {
        return connection.canEncrypt();
    }

    @Override
    public void encrypt() {
        output.flush();
        connection.encrypt();
    }

    @Override
    public void reply(String line) {
        output.line(line);
    }

    @Override
    public void list(Listing listing) {
        lister.begin(listing);
    }

    @Override
    public void authenticate(UserName name, Secret password) {
        passwords.begin(name, password);
    }

    @Override
    public List<Mechanism> mechanisms() {
        return sasl.offered();
    }

    @Override
    public boolean exchange(Mechanism mechanism, Optional<Secret> initial) {
        return sasl.begin(mechanism, initial);
    }

    @Override
    public void respond(Secret response) {
        sasl.respond(response);
    }

    @Override
    public void abandonExchange(String reason) {
        sasl.abandon(reason);
    }

    private final class LoginVerdict implements Login.Verdict, SaslDialogue.Listener {
        @Override
        public void challenge(ByteBuffer octets) {
            tell(() -> machine.challenge(octets));
        }

        @Override
        public void malformed() {
            tell(machine::malformed);
        }

        @Override
        public void admitted() {
            tell(machine::admitted);
        }

        @Override
        public void failed(boolean close) {
            tell(() -> machine.loginFailed(close));
        }

        @Override
        public void failing(ByteBuffer challenge, boolean close) {
            tell(() -> machine.refusal(challenge, close));
        }

        @Override
        public void unavailable() {
            tell(machine::loginUnavailable);
        }

        @Override
        public void refused(String reason) {
            tell(() -> machine.loginRefused(reason));
        }
    }

    @Override
    public void open() {
        // The timer is for strangers; a large mailbox may take its time.
        loginTimer.cancel();
        SessionBounds bounds = services.limits().bounds(session.info());
        machine.bounds(bounds);
        mailbox.open(login.takeMail(), bounds.mailbox());
    }

    @Override
    public void retrieve(int message, long bodyLines, String status) {
        mailbox.retrieve(message, bodyLines, status);
    }

    @Override
    public void update(BitSet messages) {
        mailbox.update(messages);
    }

    @Override
    public void close(SessionEnd end, String detail) {
        stop();
        output.flush();
        connection.close(end, detail);
    }
}
