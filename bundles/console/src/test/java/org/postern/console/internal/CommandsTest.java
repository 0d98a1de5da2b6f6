package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.lang.reflect.Modifier;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Completer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Karaf asks of a class before it becomes a command, and answers with silence otherwise. */
final class CommandsTest {

    @ParameterizedTest
    @ValueSource(
            classes = {
                SessionList.class,
                SessionKick.class,
                ListenerList.class,
                AuthList.class,
                LimitList.class,
                LimitForgive.class,
                UidlCompare.class,
                SessionIdCompleter.class,
                SessionUserCompleter.class,
                SessionSourceCompleter.class
            })
    void isAServiceThatKarafCanMake(Class<?> type) throws Exception {
        assertNotNull(type.getAnnotation(Service.class));
        assertEquals(Modifier.PUBLIC | Modifier.FINAL, type.getModifiers());
        Object made = type.getConstructor().newInstance();
        if (made instanceof Action) {
            Command command = type.getAnnotation(Command.class);
            assertEquals("mail", command.scope());
            List.of(command.name(), command.description(), command.detailedDescription())
                    .forEach(text -> assertFalse(text.isEmpty()));
        } else {
            assertEquals(List.of(Completer.class), List.of(type.getInterfaces()));
        }
    }
}
