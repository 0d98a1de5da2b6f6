package org.postern.listener.internal.tls;

/** What is wrong with one key's value of {@code org.postern.tls.cfg}, found by using it. */
final class TlsProblem extends Exception {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;

    /**
     * @param remedy what is wrong and what would be right
     */
    TlsProblem(String key, Object value, String remedy) {
        super(remedy);
        this.key = key;
        this.value = value.toString();
    }

    String key() {
        return key;
    }

    String value() {
        return value;
    }
}
