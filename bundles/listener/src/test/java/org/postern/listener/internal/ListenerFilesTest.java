package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.ComponentFactory;
import org.osgi.service.component.ComponentInstance;
import org.postern.api.protocol.ListenerReport.State;

/** Files come, change and go, and listeners with them. */
final class ListenerFilesTest {
    private static final String POP3 = "org.postern.listener~pop3";
    private static final String POP3S = "org.postern.listener~pop3s";

    private final Bench bench = new Bench(true, Bench.PATIENT);
    private final Map<String, Map<String, Object>> files = new TreeMap<>();
    private final List<Instance> made = Collections.synchronizedList(new ArrayList<>());
    private final List<ConfigurationListener> listening = new ArrayList<>();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aListenerForEachFile() throws Exception {
        file(POP3, "port", "0");
        ListenerFiles listeners = listeners();
        assertEquals(1, made.size());
        assertEquals("pop3", made.get(0).component.report().name());
        assertEquals(POP3, made.get(0).component.pid());
        assertEquals(State.WAITING, made.get(0).component.report().state());

        file(POP3S, "port", "0");
        tell(ConfigurationEvent.CM_UPDATED, POP3S);
        assertEquals(2, made.size());
        assertEquals("pop3s", made.get(1).component.report().name());
        listeners.close();
        assertTrue(made.stream().allMatch(listener -> listener.disposed));
        assertTrue(listening.isEmpty());
    }

    @Test
    void aChangedFileChangesItsListener() throws Exception {
        file(POP3, "port", "0");
        ListenerFiles listeners = listeners();
        int port = made.get(0).component.report().port();
        file(POP3, "port", "http");
        tell(ConfigurationEvent.CM_UPDATED, POP3);
        assertEquals(1, made.size());
        assertEquals(port, made.get(0).component.report().port());
        assertEquals(
                List.of(
                        "org.postern.listener~pop3.cfg: port = \"http\": wants a whole number from"
                                + " 0 to 65535"),
                made.get(0).component.problems().stream().map(Object::toString).toList());
        listeners.close();
    }

    @Test
    void aRemovedFileClosesItsListener() throws Exception {
        file(POP3, "port", "0");
        ListenerFiles listeners = listeners();
        files.remove(POP3);
        tell(ConfigurationEvent.CM_DELETED, POP3);
        Bench.await("closed", () -> made.get(0).disposed);
        tell(ConfigurationEvent.CM_UPDATED, POP3);
        assertEquals(1, made.size(), "a late event made a listener of a file that is gone");
        listeners.close();
    }

    @Test
    void otherPeoplesFilesAreNone() throws Exception {
        ListenerFiles listeners = listeners();
        file("org.postern.limits", "maxSessions", "1");
        tell(ConfigurationEvent.CM_UPDATED, "org.postern.limits");
        tell(ConfigurationEvent.CM_DELETED, "org.postern.limits");
        assertTrue(made.isEmpty());
        listeners.close();
    }

    private void file(String pid, String key, String value) {
        files.put(pid, Map.of("service.pid", pid, key, value));
    }

    private void tell(int type, String pid) {
        ServiceReference<ConfigurationAdmin> source = fake(ServiceReference.class, Map.of());
        ConfigurationEvent event = new ConfigurationEvent(source, type, null, pid);
        List.copyOf(listening).forEach(listener -> listener.configurationEvent(event));
    }

    private ListenerFiles listeners() {
        BundleContext context =
                fake(
                        BundleContext.class,
                        Map.of(
                                "registerService",
                                arguments -> {
                                    listening.add((ConfigurationListener) arguments[1]);
                                    return fake(
                                            ServiceRegistration.class,
                                            Map.of("unregister", none -> forget()));
                                }));
        ConfigurationAdmin admin =
                fake(
                        ConfigurationAdmin.class,
                        Map.of(
                                "listConfigurations",
                                filter ->
                                        files.keySet().stream()
                                                .filter(pid -> pid.contains("~"))
                                                .map(this::configuration)
                                                .toArray(Configuration[]::new)));
        ComponentFactory<ListenerComponent> factory =
                fake(
                        ComponentFactory.class,
                        Map.of(
                                "newInstance",
                                properties -> make((Dictionary<?, ?>) properties[0])));
        return new ListenerFiles(context, admin, factory);
    }

    private Object forget() {
        listening.clear();
        return null;
    }

    private Configuration configuration(String pid) {
        return fake(
                Configuration.class,
                Map.of(
                        "getPid", none -> pid,
                        "getProperties", none -> FrameworkUtil.asDictionary(files.get(pid))));
    }

    private Instance make(Dictionary<?, ?> given) {
        Map<String, Object> properties = new HashMap<>();
        for (Object key : Collections.list(given.keys())) {
            properties.put((String) key, given.get(key));
        }
        assertFalse(properties.containsKey("service.pid"));
        Instance instance =
                new Instance(
                        new ListenerComponent(
                                bench.engine,
                                bench.sessions,
                                bench.limits,
                                bench.posix,
                                bench.tls,
                                properties));
        instance.component.setCheck(List::of);
        Bench.await(
                "no longer waits for the check",
                () -> !instance.component.report().detail().contains("startup check"));
        made.add(instance);
        return instance;
    }

    private static final class Instance implements ComponentInstance<ListenerComponent> {
        private final ListenerComponent component;
        private volatile boolean disposed;

        Instance(ListenerComponent component) {
            this.component = component;
        }

        @Override
        public void dispose() {
            component.close();
            disposed = true;
        }

        @Override
        public ListenerComponent getInstance() {
            return component;
        }
    }

    private interface Answer {
        Object to(Object[] arguments);
    }

    // Of interfaces with dozens of methods, the one or two that are used.
    @SuppressWarnings("unchecked")
    private static <T> T fake(Class<? super T> type, Map<String, Answer> answers) {
        return (T)
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> {
                            Answer answer = answers.get(method.getName());
                            if (answer == null) {
                                throw new UnsupportedOperationException(method.getName());
                            }
                            return answer.to(arguments);
                        });
    }
}
