package org.postern.api.check;

/**
 * One thing that is wrong with a file or a directory. All three are fit for a log line.
 *
 * @param path which one
 * @param problem what is wrong with it, such as {@code is writable by everybody}
 * @param remedy the command that mends it, to be run as root
 */
public record Finding(String path, String problem, String remedy) {

    /** One line for the log and the console. */
    @Override
    public String toString() {
        return path + " " + problem + "; to mend it: " + remedy;
    }
}
