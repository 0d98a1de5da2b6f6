package org.postern.api.session;

/**
 * Names one session in logs, events and console commands: 12 characters of 0-9a-z, unique while the
 * process runs. It is no secret and opens nothing.
 */
public record SessionId(String value) {
    private static final int LENGTH = 12;

    /**
     * @throws IllegalArgumentException if the value is of another form
     */
    public SessionId {
        if (value.length() != LENGTH
                || !value.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'))) {
            throw new IllegalArgumentException("a session id has 12 characters of 0-9a-z");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
