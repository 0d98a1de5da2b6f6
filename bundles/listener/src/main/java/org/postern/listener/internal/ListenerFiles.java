package org.postern.listener.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.ComponentFactory;
import org.osgi.service.component.ComponentInstance;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a listener of each configuration whose PID is {@code org.postern.listener~NAME}, and of
 * each of the factory PID {@code org.postern.listener}. Declarative Services would do the second by
 * itself, but the file installer of Karaf 4.4 takes a {@code ~} for a part of a plain PID, so that
 * the files of the operator's contract would never become listeners.
 */
@Component(
        service = {},
        immediate = true)
public final class ListenerFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ListenerFiles.class);
    private static final String PID = ListenerComponent.FACTORY_PID;
    private static final String OURS =
            "(|(service.pid=" + PID + "~*)(service.factoryPid=" + PID + "))";

    private final ConfigurationAdmin configurations;
    private final ComponentFactory<ListenerComponent> factory;
    private final Map<String, ComponentInstance<ListenerComponent>> listeners = new HashMap<>();
    private final ServiceRegistration<ConfigurationListener> registration;
    private boolean closed;

    /** Starts what is configured already; listens before it looks, so that nothing is missed. */
    @Activate
    public ListenerFiles(
            BundleContext context,
            @Reference ConfigurationAdmin configurations,
            @Reference(target = "(component.factory=" + PID + ")")
                    ComponentFactory<ListenerComponent> factory) {
        this.configurations = configurations;
        this.factory = factory;
        this.registration =
                context.registerService(
                        ConfigurationListener.class, this::configurationEvent, null);
        for (Configuration configuration : present()) {
            changed(configuration.getPid());
        }
    }

    private void configurationEvent(ConfigurationEvent event) {
        String pid = event.getPid();
        boolean ours = pid.startsWith(PID + "~") || PID.equals(event.getFactoryPid());
        if (ours && event.getType() == ConfigurationEvent.CM_UPDATED) {
            changed(pid);
        } else if (ours && event.getType() == ConfigurationEvent.CM_DELETED) {
            deleted(pid);
        }
    }

    private synchronized void changed(String pid) {
        Optional<Configuration> configuration =
                present().stream().filter(c -> c.getPid().equals(pid)).findFirst();
        // Events come late: by now the file may be gone again.
        if (closed || configuration.isEmpty()) {
            return;
        }
        Map<String, Object> properties = properties(configuration.get());
        ComponentInstance<ListenerComponent> listener = listeners.get(pid);
        if (listener == null) {
            listeners.put(pid, factory.newInstance(FrameworkUtil.asDictionary(properties)));
        } else {
            listener.getInstance().changed(properties);
        }
    }

    // Declarative Services trips over service.pid in what a component factory is given.
    private static Map<String, Object> properties(Configuration configuration) {
        Dictionary<String, Object> stored = configuration.getProperties();
        Map<String, Object> properties = new HashMap<>();
        for (String key : Collections.list(stored.keys())) {
            properties.put(key, stored.get(key));
        }
        properties.put(ListenerComponent.LISTENER_PID, properties.remove(Constants.SERVICE_PID));
        return properties;
    }

    private List<Configuration> present() {
        try {
            Configuration[] found = configurations.listConfigurations(OURS);
            return found == null ? List.of() : List.of(found);
        } catch (IOException | InvalidSyntaxException unreadable) {
            LOG.error("the configurations of listeners cannot be read", unreadable);
            return List.of();
        }
    }

    private synchronized void deleted(String pid) {
        ComponentInstance<ListenerComponent> gone = listeners.remove(pid);
        if (gone != null) {
            // Draining takes its time, and other files must not wait for it.
            disposing(gone).start();
        }
    }

    @Deactivate
    void close() throws InterruptedException {
        registration.unregister();
        List<Thread> closing = new ArrayList<>();
        synchronized (this) {
            closed = true;
            listeners.values().forEach(listener -> closing.add(disposing(listener)));
            listeners.clear();
        }
        // All drain at the same time.
        closing.forEach(Thread::start);
        for (Thread thread : closing) {
            thread.join();
        }
    }

    private static Thread disposing(ComponentInstance<ListenerComponent> listener) {
        return new Thread(listener::dispose, "postern-listener-close");
    }
}
