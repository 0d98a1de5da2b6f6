package org.postern.sasl.oauth.internal;

/** Why content was refused, and what to do; nothing of the content. */
final class ContentProblemException extends Exception {
    private static final long serialVersionUID = 1L;

    ContentProblemException(String reason) {
        super(reason);
    }
}
