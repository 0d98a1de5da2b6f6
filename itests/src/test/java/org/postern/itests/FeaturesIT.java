package org.postern.itests;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertTrue;
import static org.ops4j.pax.exam.CoreOptions.systemTimeout;
import static org.ops4j.pax.exam.CoreOptions.vmOption;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.configureConsole;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.editConfigurationFilePut;
import static org.ops4j.pax.exam.karaf.options.KarafDistributionOption.karafDistributionConfiguration;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.inject.Inject;
import org.apache.karaf.features.BundleInfo;
import org.apache.karaf.features.Conditional;
import org.apache.karaf.features.Feature;
import org.apache.karaf.features.FeaturesService;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.util.tracker.ServiceTracker;

/**
 * Each feature alone, in the distribution's own container: it resolves and starts without the
 * others, leaves nothing behind, and no bundle of somebody else's is stopped, updated or refreshed
 * for it. What came with a feature, such as Declarative Services, may go with it.
 *
 * <p>The test runs as a bundle there. It names our types by strings only: wired to a package of
 * ours it would be refreshed itself whenever a feature goes.
 */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class FeaturesIT {
    private static final List<String> FEATURES =
            List.of(
                    "postern-api",
                    "postern-netty",
                    "postern-storage-local",
                    "postern-startup-check",
                    "postern-listener",
                    "postern-boringssl",
                    "postern-pop3",
                    "postern-auth-virtual",
                    "postern-helper-client",
                    "postern-auth-shadow",
                    "postern-auth-pam",
                    "postern-auth-vhome",
                    "postern-sasl-oauth",
                    "postern-mailbox-mbox",
                    "postern-mailbox-maildir",
                    "postern-limits",
                    "postern-sasl",
                    "postern-console",
                    "postern");
    private static final int TOUCHED =
            BundleEvent.STOPPING
                    | BundleEvent.STOPPED
                    | BundleEvent.UPDATED
                    | BundleEvent.UNRESOLVED
                    | BundleEvent.UNINSTALLED;
    private static final String STATUS =
            "(&(objectClass=org.postern.api.config.ConfigurationStatus)(service.pid=org.postern.limits)%s)";
    private static final long SERVICE_MILLIS = 20_000;

    @Inject private BundleContext context;
    @Inject private FeaturesService features;
    @Inject private ConfigurationAdmin configurations;

    @Configuration
    public Option[] configuration() throws IOException {
        String karaf = System.getProperty("postern.karaf.version");
        Path distribution = Path.of(System.getProperty("postern.distribution"));
        Path exam = Path.of(System.getProperty("postern.exam.repository"));
        String repositories =
                "${karaf.home.uri}system@id=system@snapshots,"
                        + exam.toUri()
                        + "@id=exam@snapshots";
        List<Option> options =
                new ArrayList<>(
                        List.of(
                                karafDistributionConfiguration()
                                        .frameworkUrl(distribution.toUri().toString())
                                        .karafVersion(karaf)
                                        .name("Postern")
                                        .unpackDirectory(exam.resolveSibling("exam").toFile())
                                        .useDeployFolder(false),
                                configureConsole().ignoreLocalConsole(),
                                systemTimeout(60_000),
                                editConfigurationFilePut(
                                        "etc/org.ops4j.pax.url.mvn.cfg",
                                        "org.ops4j.pax.url.mvn.defaultRepositories",
                                        repositories),
                                editConfigurationFilePut(
                                        "etc/org.apache.karaf.shell.cfg", "sshPort", freePort()),
                                editConfigurationFilePut(
                                        "etc/org.postern.listener~pop3.cfg", "port", freePort())));
        // As bin/karaf, which Pax Exam does not run.
        for (String option :
                List.of(
                        "-Xmx256m",
                        "--patch-module=java.base=lib/endorsed/org.apache.karaf.specs.locator-"
                                + karaf
                                + ".jar",
                        "--patch-module=java.xml=lib/endorsed/org.apache.karaf.specs.java.xml-"
                                + karaf
                                + ".jar",
                        "--add-reads=java.xml=java.logging",
                        "--add-opens=java.base/java.security=ALL-UNNAMED",
                        "--add-opens=java.base/java.net=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.naming/javax.naming.spi=ALL-UNNAMED",
                        "--add-opens=java.rmi/sun.rmi.transport.tcp=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.file=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.http=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.https=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.protocol.jar=ALL-UNNAMED",
                        "--add-exports=java.base/sun.net.www.content.text=ALL-UNNAMED",
                        "--add-exports=jdk.naming.rmi/com.sun.jndi.url.rmi=ALL-UNNAMED",
                        "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED")) {
            options.add(vmOption(option));
        }
        return options.toArray(new Option[0]);
    }

    /** The distribution boots with everything; what is tested begins with nothing. */
    @Before
    public void removeOurs() throws Exception {
        Set<String> installed = new TreeSet<>();
        for (Feature feature : features.listInstalledFeatures()) {
            if (FEATURES.contains(feature.getName()) && features.isRequired(feature)) {
                installed.add(feature.getName());
            }
        }
        if (!installed.isEmpty()) {
            features.uninstallFeatures(installed, EnumSet.noneOf(FeaturesService.Option.class));
        }
        for (Bundle bundle : context.getBundles()) {
            assertFalse("still there: " + bundle, ours(bundle));
        }
    }

    @Test
    public void eachFeatureComesAndGoesAlone() throws Exception {
        Map<Long, String> before = bundles();
        List<String> touched = new CopyOnWriteArrayList<>();
        SynchronousBundleListener listener =
                event -> {
                    if ((event.getType() & TOUCHED) != 0
                            && before.containsKey(event.getBundle().getBundleId())) {
                        touched.add(event.getBundle() + " event " + event.getType());
                    }
                };
        context.addBundleListener(listener);
        try {
            for (String name : FEATURES) {
                features.installFeature(name);
                assertStarted(name, before);
                assertEquals("touched by installing " + name, List.of(), touched);
                features.uninstallFeature(name);
                assertEquals("touched by removing " + name, List.of(), touched);
                assertEquals("after " + name, before, bundles());
            }
        } finally {
            context.removeBundleListener(listener);
        }
    }

    @Test
    public void servicesAreThereAndOutliveABadValue() throws Exception {
        features.installFeature("postern");
        for (String filter :
                List.of(
                        "(&(objectClass=org.postern.api.auth.Authenticator)(postern.authenticator=virtual))",
                        "(&(objectClass=org.postern.api.mailbox.MailboxFormat)(postern.format=mbox))",
                        "(&(objectClass=org.postern.api.mailbox.MailboxFormat)(postern.format=maildir))",
                        "(&(objectClass=org.postern.api.protocol.Protocol)(postern.protocol=pop3))")) {
            await(filter);
        }
        String policy = "(objectClass=org.postern.api.limits.LimitsPolicy)";
        ServiceReference<?> inForce = await(policy);

        // A component gets its new properties after it was told of them, so that what is awaited is
        // that the bad value was looked at.
        setMaxSessions("many");
        assertEquals(1, problems(await(String.format(STATUS, "(maxSessions=many)"))));
        assertEquals(inForce, await(policy));
        setMaxSessions("1999");
        assertEquals(0, problems(await(String.format(STATUS, "(maxSessions=1999)"))));
        assertEquals(inForce, await(policy));
    }

    private void assertStarted(String name, Map<Long, String> before) throws Exception {
        Feature feature = features.getFeature(name);
        List<BundleInfo> declared = new ArrayList<>(feature.getBundles());
        for (Conditional conditional : feature.getConditional()) {
            declared.addAll(conditional.getBundles());
        }
        assertTrue(name, features.isInstalled(feature));
        for (BundleInfo info : declared) {
            if (!info.isDependency()) {
                assertNotNull(
                        name + " lacks " + info.getLocation(),
                        context.getBundle(info.getLocation()));
            }
        }
        for (Bundle bundle : context.getBundles()) {
            if (!before.containsKey(bundle.getBundleId())) {
                boolean fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
                assertEquals(
                        name + ": state of " + bundle,
                        fragment ? Bundle.RESOLVED : Bundle.ACTIVE,
                        bundle.getState());
            }
        }
    }

    private Map<Long, String> bundles() {
        Map<Long, String> found = new TreeMap<>();
        for (Bundle bundle : context.getBundles()) {
            BundleStartLevel start = bundle.adapt(BundleStartLevel.class);
            found.put(
                    bundle.getBundleId(),
                    bundle
                            + " state "
                            + bundle.getState()
                            + " modified "
                            + bundle.getLastModified()
                            + " started "
                            + start.isPersistentlyStarted()
                            + " at "
                            + start.getStartLevel());
        }
        return found;
    }

    private static boolean ours(Bundle bundle) {
        String name = bundle.getSymbolicName();
        return name.startsWith("org.postern.") || name.startsWith("io.netty.");
    }

    /** Of all services, also of those whose type this bundle could not see. */
    private ServiceReference<?> await(String filter) throws Exception {
        ServiceTracker<Object, Object> tracker =
                new ServiceTracker<>(context, FrameworkUtil.createFilter(filter), null);
        tracker.open(true);
        try {
            assertNotNull("no service " + filter, tracker.waitForService(SERVICE_MILLIS));
            assertEquals(filter, 1, tracker.size());
            return tracker.getServiceReference();
        } finally {
            tracker.close();
        }
    }

    private int problems(ServiceReference<?> status) throws ReflectiveOperationException {
        Object service = context.getService(status);
        try {
            return ((List<?>) service.getClass().getMethod("problems").invoke(service)).size();
        } finally {
            context.ungetService(status);
        }
    }

    private void setMaxSessions(String value) throws IOException {
        org.osgi.service.cm.Configuration limits =
                configurations.getConfiguration("org.postern.limits", null);
        Dictionary<String, Object> properties = limits.getProperties();
        properties.put("maxSessions", value);
        limits.update(properties);
    }

    private static String freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Integer.toString(socket.getLocalPort());
        }
    }
}
