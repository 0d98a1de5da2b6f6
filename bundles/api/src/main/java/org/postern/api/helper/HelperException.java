package org.postern.api.helper;

import java.io.IOException;

/** The helper could not be asked. The message says exactly what is wrong and what to do. */
public final class HelperException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param reason for the log and the console
     */
    public HelperException(String reason) {
        super(reason);
    }

    /**
     * @param reason for the log and the console
     * @param cause the failed call
     */
    public HelperException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
