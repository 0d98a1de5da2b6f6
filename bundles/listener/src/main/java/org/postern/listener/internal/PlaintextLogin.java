package org.postern.listener.internal;

/** From where a password may come over a connection that nothing encrypts. */
enum PlaintextLogin {
    NEVER,
    LOOPBACK,
    ALWAYS;

    /**
     * @param sameMachine whether what the client says does not leave this machine
     */
    boolean permits(boolean sameMachine) {
        return switch (this) {
            case NEVER -> false;
            case LOOPBACK -> sameMachine;
            case ALWAYS -> true;
        };
    }
}
