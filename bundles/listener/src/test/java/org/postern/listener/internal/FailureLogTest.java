package org.postern.listener.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What of a failure may be in the log. */
final class FailureLogTest {
    @Test
    void theStackIsShownAndTheMessagesAreNot() {
        Exception failure =
                new IllegalStateException(
                        "PASS secret", new NumberFormatException("For input string: secret"));
        Throwable shown = FailureLog.withoutMessages(failure, 4);
        StringWriter text = new StringWriter();
        shown.printStackTrace(new PrintWriter(text));
        assertFalse(text.toString().contains("secret"), text.toString());
        assertTrue(text.toString().contains("java.lang.IllegalStateException"));
        assertTrue(text.toString().contains("Caused by"));
        assertTrue(text.toString().contains("java.lang.NumberFormatException"));
        assertTrue(text.toString().contains("theStackIsShownAndTheMessagesAreNot"));
    }

    @Test
    void aChainOfCausesIsBounded() {
        Exception failure = new Exception("0");
        for (int i = 1; i < 100; i++) {
            failure = new Exception(String.valueOf(i), failure);
        }
        int depth = 0;
        for (Throwable shown = FailureLog.withoutMessages(failure, 4);
                shown != null;
                shown = shown.getCause()) {
            depth++;
        }
        assertEquals(5, depth);
    }
}
