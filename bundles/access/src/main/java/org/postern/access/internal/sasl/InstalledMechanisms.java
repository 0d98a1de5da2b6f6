package org.postern.access.internal.sasl;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.postern.access.internal.AccessTimer;
import org.postern.access.internal.Leased;
import org.postern.access.internal.NamedServices;
import org.postern.access.internal.ServiceFaults;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.Mechanism;
import org.postern.api.limits.Limits;
import org.postern.api.sasl.Sasl;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslMechanism;
import org.postern.api.sasl.SaslPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mechanisms that are installed, coming and going. A mechanism that leaves finishes what it is
 * computing; an exchange that waits for its client then does not keep it, and ends.
 */
@Component(service = Sasl.class, immediate = true)
public final class InstalledMechanisms implements Sasl {
    private static final Logger LOG = LoggerFactory.getLogger(InstalledMechanisms.class);

    // A proof that is checked where the operator did not ask for it would decide for him that
    // passwords are kept as verifiers.
    private static final String ONLY_IF_LISTED = "SCRAM-";

    private final Authentication authentication;
    private final Limits limits;
    private final ScheduledExecutorService timer;
    private final NamedServices<SaslMechanism> mechanisms;
    private final ServiceFaults faults;
    private final Set<MechanismLogin> underWay = ConcurrentHashMap.newKeySet();

    @Activate
    public InstalledMechanisms(@Reference Authentication authentication, @Reference Limits limits) {
        this(authentication, limits, AccessTimer.start("postern-sasl"), System::nanoTime);
    }

    InstalledMechanisms(
            Authentication authentication,
            Limits limits,
            ScheduledExecutorService timer,
            LongSupplier nanos) {
        this.authentication = authentication;
        this.limits = limits;
        this.timer = timer;
        this.mechanisms = new NamedServices<>(SaslMechanism.NAME, nanos);
        this.faults = new ServiceFaults("SASL mechanism", nanos);
    }

    @Deactivate
    void deactivate() {
        underWay.forEach(MechanismLogin::left);
        timer.shutdownNow();
    }

    /** Exchanges that are not over; for tests. */
    int underWay() {
        return underWay.size();
    }

    @Reference(
            service = SaslMechanism.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindMechanism(SaslMechanism mechanism, Map<String, Object> properties) {
        mechanisms.bind(mechanism, properties);
    }

    void updatedMechanism(SaslMechanism mechanism, Map<String, Object> properties) {
        mechanisms.update(properties);
    }

    void unbindMechanism(SaslMechanism mechanism, Map<String, Object> properties) {
        unbind(mechanism, properties, Leased.PATIENCE);
    }

    void unbind(SaslMechanism mechanism, Map<String, Object> properties, Duration patience) {
        if (!mechanisms.unbind(properties, patience)) {
            LOG.warn(
                    "SASL mechanism {} leaves in the middle of a step",
                    properties.get(SaslMechanism.NAME));
        }
        underWay.stream().filter(login -> login.isOf(mechanism)).forEach(MechanismLogin::left);
    }

    @Override
    public List<Mechanism> offered(SaslPeer peer) {
        List<String> listed = peer.listener().mechanisms();
        Set<Mechanism> served = authentication.mechanisms(peer.listener().backends());
        Stream<String> wanted =
                mechanisms.names().stream()
                        .filter(
                                name ->
                                        listed.isEmpty()
                                                ? !name.startsWith(ONLY_IF_LISTED)
                                                : listed.contains(name));
        if (!listed.isEmpty()) {
            wanted = wanted.sorted(Comparator.comparingInt(listed::indexOf));
        }
        return wanted.filter(name -> Mechanism.of(name).filter(served::contains).isPresent())
                .filter(name -> usable(name, peer))
                .map(Mechanism::new)
                .toList();
    }

    private boolean usable(String name, SaslPeer peer) {
        Optional<Leased<SaslMechanism>> mechanism = mechanisms.current(name);
        if (mechanism.isEmpty() || !mechanism.get().acquire()) {
            return false;
        }
        try {
            return mechanism.get().service().usable(peer);
        } catch (RuntimeException | LinkageError fault) {
            faults.report(name, fault);
            return false;
        } finally {
            mechanism.get().release();
        }
    }

    @Override
    public Optional<SaslLogin> begin(Mechanism mechanism, SaslPeer peer) {
        List<Mechanism> offered = offered(peer);
        if (!offered.contains(mechanism)) {
            return Optional.empty();
        }
        return mechanisms
                .current(mechanism.name())
                .filter(Leased::acquire)
                .flatMap(leased -> begin(mechanism, leased, peer, offered));
    }

    private Optional<SaslLogin> begin(
            Mechanism mechanism,
            Leased<SaslMechanism> leased,
            SaslPeer peer,
            List<Mechanism> offered) {
        LoginContext context =
                new LoginContext(mechanism, peer, offered, authentication, limits, faults);
        try {
            SaslExchange exchange = leased.service().begin(context);
            if (exchange == null) {
                faults.report(mechanism.name(), null);
                return Optional.empty();
            }
            MechanismLogin login =
                    new MechanismLogin(exchange, leased, context, timer, faults, underWay::remove);
            underWay.add(login);
            return Optional.of(login);
        } catch (RuntimeException | LinkageError fault) {
            faults.report(mechanism.name(), fault);
            return Optional.empty();
        } finally {
            leased.release();
        }
    }
}
