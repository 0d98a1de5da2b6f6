package org.postern.pop3.internal;

import java.time.Duration;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.config.Settings;
import org.postern.api.mailbox.MessageEncoder;

/**
 * org.postern.pop3.cfg.
 *
 * @param last whether LAST is a command
 * @param loginTimeout how long a client has from its connection to a right password
 * @param nulSubstitute the octet sent for a NUL, or {@link MessageEncoder#KEEP_NUL}
 */
record Pop3Settings(boolean last, Duration loginTimeout, int nulSubstitute) {
    static final String PID = "org.postern.pop3";

    static Pop3Settings parse(Settings settings) {
        return new Pop3Settings(
                settings.flag("last", true),
                settings.seconds("loginTimeout", 60, 1, 3600),
                settings.parsed(
                        "nulSubstitute",
                        MessageEncoder.KEEP_NUL,
                        "wants off, or an octet from 1 to 255 that is no line end (10, 13) and no"
                                + " dot (46)",
                        Pop3Settings::substitute));
    }

    // A line end or a dot in place of a NUL could end the message where its sender likes.
    private static int substitute(String text) {
        if (text.equals("off")) {
            return MessageEncoder.KEEP_NUL;
        }
        int octet = Integer.parseInt(text);
        if (octet < 1 || octet > 255 || octet == '\n' || octet == '\r' || octet == '.') {
            throw new IllegalArgumentException();
        }
        return octet;
    }

    /** Documents the keys for consoles; what is read is above. */
    @ObjectClassDefinition(
            name = "Postern: POP3",
            description = "The POP3 protocol. Changes apply to new sessions.")
    @interface Config {
        @AttributeDefinition(
                name = "LAST",
                description = "Whether the LAST command of RFC 1081 is answered, as popa3d does")
        boolean last() default true;

        @AttributeDefinition(
                name = "Login timeout",
                description = "Seconds from connecting to a right password, 1 to 3600")
        int loginTimeout() default 60;

        @AttributeDefinition(
                name = "NUL substitute",
                description = "An octet, 1 to 255, sent in place of each NUL of a message; or off")
        String nulSubstitute() default "off";
    }
}
