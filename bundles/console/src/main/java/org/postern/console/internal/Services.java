package org.postern.console.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The services that one run of a command looks at, given back when it ends. Commands look them up
 * themselves, because Karaf's injection takes all commands of a bundle away while one service is
 * missing: in the middle of a swap, when they are wanted most.
 */
final class Services implements AutoCloseable {
    private final BundleContext context;
    private final List<ServiceReference<?>> used = new ArrayList<>();

    Services(BundleContext context) {
        this.context = context;
    }

    /** The service of this type with the highest ranking. */
    <T> Optional<T> find(Class<T> type) {
        return all(type).stream().findFirst();
    }

    /**
     * The service of this type with the highest ranking.
     *
     * @throws IllegalStateException for the operator, if there is none
     */
    <T> T require(Class<T> type, String bundle) {
        return find(type)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "the bundle " + bundle + " is not started"));
    }

    /** All services of this type, the highest ranking first. */
    <T> List<T> all(Class<T> type) {
        List<T> services = new ArrayList<>();
        for (ServiceReference<T> reference : references(type)) {
            use(reference).ifPresent(services::add);
        }
        return services;
    }

    /** By a property that names them; of two with one name the one with the higher ranking. */
    <T> Map<String, T> named(Class<T> type, String property) {
        Map<String, T> services = new TreeMap<>();
        for (ServiceReference<T> reference : references(type)) {
            if (reference.getProperty(property) instanceof String name) {
                use(reference).ifPresent(service -> services.putIfAbsent(name, service));
            }
        }
        return services;
    }

    @Override
    public void close() {
        used.forEach(context::ungetService);
        used.clear();
    }

    private <T> List<ServiceReference<T>> references(Class<T> type) {
        try {
            Collection<ServiceReference<T>> found = context.getServiceReferences(type, null);
            return found.stream().sorted(Comparator.reverseOrder()).toList();
        } catch (InvalidSyntaxException impossible) {
            throw new IllegalStateException("there was no filter", impossible);
        }
    }

    // Empty where it went away since it was listed.
    private <T> Optional<T> use(ServiceReference<T> reference) {
        Optional<T> service = Optional.ofNullable(context.getService(reference));
        service.ifPresent(present -> used.add(reference));
        return service;
    }
}
