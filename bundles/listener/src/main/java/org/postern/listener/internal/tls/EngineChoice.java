package org.postern.listener.internal.tls;

/** Who computes. */
enum EngineChoice {
    /** BoringSSL where its bundle is installed and its library loads, else the JDK. */
    AUTO,
    JDK,
    BORINGSSL
}
