package org.postern.listener.internal;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.postern.api.auth.Mechanism;
import org.postern.api.config.Settings;
import org.postern.api.net.Network;
import org.postern.api.protocol.ListenerSettings;

/**
 * One listener's file, read.
 *
 * @param protocol the {@code postern.protocol} of the service to speak
 * @param address where to listen, as the operator wrote it
 * @param socketAddress the same, resolved; port 0 for one that the system chooses
 * @param tls how connections come to be encrypted
 * @param plaintextLogin from where a password may come in clear
 * @param mechanisms SASL mechanisms to offer, the most wanted first, or empty
 * @param backends the listener's own order of authentication backends, or empty
 * @param idleTimeout how long a client may say nothing after login
 * @param viaHelper whether the helper holds the socket
 * @param proxies from where a PROXY header is demanded, and believed
 * @param startupCheck what becomes of it while the startup check finds something
 */
record ListenerConfiguration(
        String protocol,
        String address,
        InetSocketAddress socketAddress,
        TlsMode tls,
        PlaintextLogin plaintextLogin,
        List<String> mechanisms,
        List<String> backends,
        Duration idleTimeout,
        boolean viaHelper,
        List<Network> proxies,
        StartupMode startupCheck) {

    static final String DEFAULT_PROTOCOL = "pop3";

    /**
     * A fresh installation is reachable from its own machine only, on a port that needs no right.
     */
    static final String DEFAULT_ADDRESS = "127.0.0.1";

    static final int DEFAULT_PORT = 1110;

    /** RFC 1939 section 3: a server that has such a timer waits at least 10 minutes. */
    static final int DEFAULT_IDLE_SECONDS = 600;

    /** Below this a person who types commands by hand has no chance. */
    static final int LEAST_IDLE_SECONDS = 10;

    static final int MOST_IDLE_SECONDS = 24 * 60 * 60;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_NAME = 64;

    static ListenerConfiguration read(Settings settings) {
        String protocol =
                settings.parsed(
                        "protocol",
                        DEFAULT_PROTOCOL,
                        "wants the name of a protocol, such as pop3",
                        ListenerConfiguration::name);
        String address =
                settings.parsed(
                        "address",
                        DEFAULT_ADDRESS,
                        "wants an IP address of this machine (no host name), or * for all",
                        text -> {
                            resolve(text, 0);
                            return text;
                        });
        int port = settings.integer("port", DEFAULT_PORT, 0, MAX_PORT);
        TlsMode tls = settings.choice("tls", TlsMode.NONE);
        PlaintextLogin plaintextLogin = settings.choice("plaintextLogin", PlaintextLogin.LOOPBACK);
        List<String> backends = settings.list("backends", List.of());
        if (!backends.stream().allMatch(ListenerConfiguration::isName)) {
            settings.refuse("backends", "wants names of authentication backends, with commas");
        }
        Duration idleTimeout =
                settings.seconds(
                        "idleTimeout", DEFAULT_IDLE_SECONDS, LEAST_IDLE_SECONDS, MOST_IDLE_SECONDS);
        List<String> mechanisms = settings.list("mechanisms", List.of());
        if (mechanisms.stream().distinct().count() < mechanisms.size()
                || !mechanisms.stream().allMatch(name -> Mechanism.of(name).isPresent())) {
            settings.refuse(
                    "mechanisms",
                    "wants different names of SASL mechanisms in capitals, such as"
                            + " SCRAM-SHA-256, PLAIN, with commas");
        }
        List<Network> proxies = proxies(settings);
        boolean viaHelper = settings.flag("viaHelper", false);
        if (viaHelper && port == 0) {
            settings.refuse("port", "wants the port that helper.conf names: viaHelper is true");
        }
        StartupMode startupCheck = settings.choice("startupCheck", StartupMode.ENFORCE);
        return new ListenerConfiguration(
                protocol,
                address,
                resolve(address, port),
                tls,
                plaintextLogin,
                mechanisms,
                backends,
                idleTimeout,
                viaHelper,
                proxies,
                startupCheck);
    }

    ListenerSettings settings(String listener) {
        return new ListenerSettings(listener, mechanisms, backends, idleTimeout);
    }

    /** Whether a connection from there begins with a PROXY header. */
    boolean isProxy(InetAddress peer) {
        return proxies.stream().anyMatch(network -> network.contains(peer));
    }

    private static List<Network> proxies(Settings settings) {
        try {
            return settings.list("proxyProtocol", List.of()).stream().map(Network::parse).toList();
        } catch (IllegalArgumentException bad) {
            settings.refuse(
                    "proxyProtocol",
                    "wants the addresses or networks of your proxies divided by commas, such as"
                            + " 192.0.2.7,2001:db8:1::/64, without names and without bits behind"
                            + " the prefix");
            return List.of();
        }
    }

    // Literal addresses only: a name server's answer must not decide who can reach the mail.
    private static InetSocketAddress resolve(String text, int port) {
        if (text.equals("*")) {
            return new InetSocketAddress(port);
        }
        byte[] octets = NetUtil.createByteArrayFromIpAddressString(text);
        if (octets == null || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
            throw new IllegalArgumentException();
        }
        try {
            InetAddress address = InetAddress.getByAddress(octets);
            return address.isAnyLocalAddress()
                    ? new InetSocketAddress(port)
                    : new InetSocketAddress(address, port);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static String name(String text) {
        if (!isName(text)) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static boolean isName(String text) {
        return text.length() <= MAX_NAME
                && text.chars()
                        .allMatch(
                                c ->
                                        (c >= 'a' && c <= 'z')
                                                || (c >= 'A' && c <= 'Z')
                                                || (c >= '0' && c <= '9')
                                                || c == '-'
                                                || c == '_'
                                                || c == '.');
    }
}
