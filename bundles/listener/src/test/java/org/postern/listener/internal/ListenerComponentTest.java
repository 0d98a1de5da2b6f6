package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postern.api.protocol.ListenerReport.State;
import org.postern.api.protocol.Protocol;
import org.postern.listener.internal.Bench.Client;

/** The component as Declarative Services and Configuration Admin drive it. */
final class ListenerComponentTest {
    private final Bench bench = new Bench(true, Bench.PATIENT);

    @AfterEach
    void close() {
        bench.close();
    }

    private ListenerComponent component(Map<String, Object> properties) {
        ListenerComponent component =
                new ListenerComponent(
                        bench.engine,
                        bench.sessions,
                        bench.limits,
                        bench.posix,
                        bench.tls,
                        properties);
        component.setCheck(List::of);
        Bench.await(
                "no longer waits for the check",
                () -> !component.report().detail().contains("startup check"));
        return component;
    }

    private static Map<String, Object> file(String key, Object value) {
        return Map.of(
                "postern.listener.pid",
                "org.postern.listener~pop3",
                "service.factoryPid",
                "org.postern.listener",
                "port",
                "0",
                key,
                value);
    }

    @Test
    void opensSpeaksAndCloses() throws Exception {
        ListenerComponent component = component(file("idleTimeout", "60"));
        assertEquals("org.postern.listener~pop3", component.pid());
        assertEquals("pop3", component.report().name());
        assertEquals("pop3", component.settings().orElseThrow().name());
        assertEquals(State.WAITING, component.report().state());
        Protocol echo = TestSession::new;
        component.addProtocol(connection -> echo.open(connection), Map.of(Protocol.NAME, "imap"));
        assertEquals(State.WAITING, component.report().state());
        component.addProtocol(echo, Map.of(Protocol.NAME, "pop3"));
        assertEquals(State.OPEN, component.report().state());
        assertEquals("", component.report().detail());
        try (Client client =
                new Client(
                        new Socket(InetAddress.getLoopbackAddress(), component.report().port()))) {
            client.send("a");
            assertEquals("a", client.read(1));
            component.removeProtocol(echo);
            assertEquals(State.WAITING, component.report().state());
            component.close();
            assertTrue(client.isOver());
        }
    }

    @Test
    void aFirstFileWithAMistakeOpensNothing() {
        ListenerComponent component = component(file("tls", "on"));
        assertEquals(State.REFUSED, component.report().state());
        assertEquals(Optional.empty(), component.settings());
        assertEquals(
                "org.postern.listener~pop3.cfg: tls = \"on\": wants one of none, starttls, implicit",
                component.report().detail());
        assertEquals(1, component.problems().size());
        component.addProtocol(TestSession::new, Map.of(Protocol.NAME, "pop3"));
        assertEquals(State.REFUSED, component.report().state());

        component.changed(file("tls", "none"));
        assertEquals(State.OPEN, component.report().state());
        assertEquals(List.of(), component.problems());
        component.close();
    }

    @Test
    void aLaterMistakeChangesNothing() {
        ListenerComponent component = component(file("tls", "none"));
        component.addProtocol(TestSession::new, Map.of(Protocol.NAME, "pop3"));
        int port = component.report().port();
        component.changed(file("address", "mail.example.org"));
        assertEquals(State.OPEN, component.report().state());
        assertEquals(port, component.report().port());
        assertTrue(component.report().detail().contains("address = \"mail.example.org\""));
        component.close();
    }

    @Test
    void theNameIsTheFilesName() {
        assertEquals(
                "pop3",
                ListenerComponent.name(
                        Map.of("postern.listener.pid", "org.postern.listener~pop3")));
        assertEquals(
                "in-house.2",
                ListenerComponent.name(
                        Map.of(
                                "postern.listener.pid",
                                "org.postern.listener.6f1d",
                                "felix.fileinstall.filename",
                                "file:/opt/postern/etc/org.postern.listener~in-house.2.cfg")));
        assertEquals("org.postern.listener", ListenerComponent.name(Map.of()));
        assertEquals(
                "a?b",
                ListenerComponent.name(
                        Map.of("postern.listener.pid", "org.postern.listener~a\nb")));
    }
}
