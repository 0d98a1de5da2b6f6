package org.postern.pop3.internal;

import static org.postern.pop3.internal.Language.ENGLISH;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualConnection;
import org.postern.testkit.protocol.ProtocolFixture;

/** One connection, and the fakes behind it. */
final class Pop3World implements ProtocolFixture {
    final ManualConnection connection;
    final FakeAccess access;
    final FakeAuthentication authentication;
    final FakeSasl sasl;
    final FakeLimits limits = new FakeLimits();
    final FakeMailboxes mailboxes;
    final Queue<Runnable> afterEnd = new ArrayDeque<>();
    final Pop3Protocol protocol;

    Pop3World() {
        this(StandardMaildrop.stored());
    }

    final Semaphore aheadPlaces = new Semaphore(OpenedAhead.SESSIONS);

    Pop3World(List<byte[]> messages) {
        this(new ManualConnection(), messages, Map.of());
    }

    Pop3World(ManualConnection connection, List<byte[]> messages, Map<String, ?> properties) {
        this(connection, messages, properties, Duration.ZERO);
    }

    Pop3World(
            ManualConnection connection,
            List<byte[]> messages,
            Map<String, ?> properties,
            Duration drain) {
        this.connection = connection;
        access = new FakeAccess(connection);
        authentication = new FakeAuthentication(connection, access);
        sasl = new FakeSasl(connection, authentication);
        mailboxes = new FakeMailboxes(connection, messages);
        Pop3Services services =
                new Pop3Services(
                        authentication,
                        new CurrentSasl(),
                        mailboxes,
                        limits,
                        aheadPlaces,
                        any -> (task, after) -> afterEnd.add(task));
        protocol = new Pop3Protocol(services, drain, Duration.ZERO, properties);
        protocol.bindSasl(sasl);
    }

    /** Connects; what the client is told. */
    String connect() {
        connection.open(protocol).settle();
        return connection.takeOutput();
    }

    /** Says lines, each ended with CR LF; what the client is told, all that comes without time. */
    String say(String... lines) {
        connection.receive(String.join("\r\n", lines) + "\r\n").settle();
        return connection.takeOutput();
    }

    /** Connects and logs in. */
    Pop3World login() {
        connect();
        String replies = say("USER " + StandardMaildrop.USER, "PASS " + StandardMaildrop.PASSWORD);
        if (!replies.equals(
                Reply.NAME_TAKEN.in(ENGLISH) + "\r\n" + Reply.LOGGED_IN.in(ENGLISH) + "\r\n")) {
            throw new AssertionError(replies);
        }
        return this;
    }

    @Override
    public Pop3Protocol protocol() {
        return protocol;
    }

    @Override
    public ManualConnection connection() {
        return connection;
    }

    @Override
    public List<String> conversation() {
        return List.of(
                "CAPA\r\n",
                "USER standard\r\n",
                "PASS wrong\r\n",
                "AUTH PLAIN AHN0YW5kYXJkAHdyb25n\r\n",
                "AUTH PLAIN\r\n",
                "no base64\r\n",
                "AUTH LOGIN\r\n",
                "c3RhbmRhcmQ=\r\n",
                "*\r\n",
                "USER standard\r\n",
                "PASS open sesame\r\n",
                "LIST\r\n",
                "RETR 5\r\n",
                "TOP 1 1\r\n",
                "DELE 1\r\n",
                "RETR 5\r\n",
                "RETR 5\r\n",
                "QUIT\r\n");
    }

    @Override
    public Optional<String> encryption() {
        return Optional.of("STLS\r\n");
    }

    @Override
    public int held() {
        return access.held + mailboxes.held + authentication.open() + sasl.open();
    }

    @Override
    public void finish() {
        authentication.finish();
        sasl.finish();
        connection.settle();
        while (!afterEnd.isEmpty()) {
            connection.execute(afterEnd.remove());
            connection.settle();
        }
    }
}
