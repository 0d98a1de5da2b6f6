package org.postern.listener.internal;

import io.netty.channel.unix.Errors;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Why a port could not be opened, told to an operator. */
enum BindProblem {
    IN_USE(
            98,
            "in use",
            "is in use by another program: stop that one, or choose another port; if it is"
                    + " the helper, set viaHelper = true"),
    NO_SUCH_ADDRESS(99, "assign", "cannot be opened: this machine does not have that address"),
    NOT_PERMITTED(
            13,
            "denied",
            "may not be opened without privileges, which this process must not have: take it"
                    + " from the helper (viaHelper = true), choose a port from 1024 up, set"
                    + " net.ipv4.ip_unprivileged_port_start, or redirect the port"),
    OTHER(0, "", "cannot be opened");

    private final int errno;
    private final String message;
    private final String remedy;

    BindProblem(int errno, String message, String remedy) {
        this.errno = errno;
        this.message = message;
        this.remedy = remedy;
    }

    /** epoll tells Linux's errno; the JDK's selector only a message. */
    static BindProblem of(IOException failure) {
        for (BindProblem problem : values()) {
            if (problem == OTHER) {
                break;
            }
            if (failure instanceof Errors.NativeIoException known
                    ? known.expectedErr() == -problem.errno
                    : String.valueOf(failure.getMessage()).contains(problem.message)) {
                return problem;
            }
        }
        return OTHER;
    }

    /** One line. */
    String text(InetSocketAddress address, String configured, IOException failure) {
        String text = "port " + address.getPort() + " on " + configured + " " + remedy;
        return this == OTHER ? text + ": " + failure.getMessage() : text;
    }
}
