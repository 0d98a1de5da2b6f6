package org.postern.api.config;

/**
 * A configuration value that was refused.
 *
 * @param file the file's name, such as {@code org.postern.limits.cfg}
 * @param key the key
 * @param value what it says, fit for a log line
 * @param remedy what would be right
 */
public record ConfigurationProblem(String file, String key, String value, String remedy) {

    /** One line for the log and the console. */
    @Override
    public String toString() {
        return file + ": " + key + " = \"" + value + "\": " + remedy;
    }
}
