package org.postern.listener.internal.tls;

import java.nio.file.Path;

/**
 * Where a certificate, with those that vouch for it behind it, and its private key are.
 *
 * @param name the host name that it is for; empty for the one that is shown without a better one
 * @param certificate a PEM file
 * @param privateKey a PEM file, which may be the same one
 */
record PairFiles(String name, Path certificate, Path privateKey) {

    String certificateKey() {
        return key("certificate");
    }

    String privateKeyKey() {
        return key("privateKey");
    }

    private String key(String key) {
        return name.isEmpty() ? key : key + "." + name;
    }
}
