package org.postern.console.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.api.auth.Account;
import org.postern.api.auth.Authentication;
import org.postern.api.auth.AuthenticationAttempt;
import org.postern.api.auth.AuthenticationOutcome;
import org.postern.api.auth.AuthenticationRequest;
import org.postern.api.auth.MailAccess;
import org.postern.api.auth.UserName;
import org.postern.api.mailbox.LineConvention;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.MailboxSnapshotBuilder;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.Step;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.mailbox.StoredMessage;
import org.postern.api.mailbox.UniqueId;
import org.postern.api.storage.MailStorage;

class UidlCompareTest {
    @TempDir Path directory;
    private final FakeConsole console = new FakeConsole().typing("pass word");
    private final List<AuthenticationRequest> requests = new ArrayList<>();
    // What was opened, and not closed again.
    private final List<String> open = new ArrayList<>();
    private Optional<AuthenticationOutcome> answer = Optional.empty();
    private Optional<MailboxException> failure = Optional.empty();

    private void compare(String saved, boolean noFormat, boolean all, String... here)
            throws Exception {
        Path file = Files.writeString(directory.resolve("saved"), saved);
        console.with(Authentication.class, authentication());
        console.with(Mailboxes.class, (storage, bounds) -> opening(snapshot(here)));
        UidlCompare command = new UidlCompare();
        command.console = console.session();
        command.context = console.context();
        command.user = "anna";
        command.file = file.toString();
        command.noFormat = noFormat;
        command.all = all;
        try {
            command.execute();
        } finally {
            assertEquals(List.of(), open);
            console.printed();
        }
    }

    private Authentication authentication() {
        return proxy(
                Authentication.class,
                (method, arguments) -> {
                    assertEquals("authenticate", method);
                    AuthenticationRequest request = (AuthenticationRequest) arguments[0];
                    requests.add(request);
                    ByteBuffer typed = request.secret().view();
                    assertEquals("pass word", StandardCharsets.UTF_8.decode(typed).toString());
                    return attempt(answer.orElseGet(this::accepted));
                });
    }

    private static AuthenticationAttempt attempt(AuthenticationOutcome outcome) {
        return new AuthenticationAttempt() {
            @Override
            public CompletionStage<AuthenticationOutcome> outcome() {
                return CompletableFuture.completedFuture(outcome);
            }

            @Override
            public void cancel() {
                throw new AssertionError("it was answered");
            }
        };
    }

    private AuthenticationOutcome accepted() {
        open.add("access");
        MailAccess access =
                proxy(
                        MailAccess.class,
                        (method, arguments) ->
                                method.equals("open") ? opened("storage") : closed("access"));
        return new AuthenticationOutcome.Accepted(
                new Account(UserName.of("anna"), "virtual"), access);
    }

    private MailStorage opened(String name) {
        open.add(name);
        return proxy(MailStorage.class, (method, arguments) -> closed(name));
    }

    private Object closed(String name) {
        assertTrue(open.remove(name), name);
        return null;
    }

    /** Waits once. */
    private Operation<Mailbox> opening(MailboxSnapshot snapshot) {
        open.add("operation");
        return new Operation<>() {
            private boolean waited;

            @Override
            public Step<Mailbox> advance() throws MailboxException {
                if (failure.isPresent()) {
                    throw failure.get();
                }
                if (!waited) {
                    waited = true;
                    return new Step.Wait<>(Duration.ofNanos(1));
                }
                open.add("mailbox");
                return new Step.Done<>(
                        proxy(
                                Mailbox.class,
                                (method, arguments) ->
                                        method.equals("snapshot") ? snapshot : closed("mailbox")));
            }

            @Override
            public void close() {
                closed("operation");
            }
        };
    }

    private static MailboxSnapshot snapshot(String... ids) {
        MailboxSnapshotBuilder builder = MailboxSnapshot.builder();
        for (String id : ids) {
            builder.add(
                    new StoredMessage(
                            new UniqueId(id),
                            1,
                            new StoredAt.Range(0, 1, 1, 0),
                            LineConvention.LF,
                            false,
                            Set.of(),
                            Optional.empty()));
        }
        return builder.build();
    }

    private interface Calls {
        Object on(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) -> calls.on(method.getName(), arguments)));
    }

    @Test
    void listsWhatWouldBeFetchedAgain() throws Exception {
        compare("1 a\n2 b\n3 c\n", true, false, "a", "x", "c", "y");
        assertEquals(List.of("2\tx\tb", "4\ty\t-"), console.lines());
    }

    @Test
    void saysHowMany() throws Exception {
        compare("1 b\n2 gone\n3 a\n", false, false, "a", "x", "b");
        String last = console.lines().get(console.lines().size() - 1);
        assertEquals(
                "3 messages here, 3 there. Clients that know those would fetch 1 of them again."
                        + " 1 ids there belong to no message here.",
                last);
    }

    @Test
    void wherePeopleLookNoTableIsEmpty() throws Exception {
        compare("1 a\n", false, false, "a");
        assertEquals(1, console.lines().size(), console::printed);
    }

    @Test
    void peopleSeeTheFirstTwentyOrAll() throws Exception {
        String[] many = new String[21];
        for (int i = 0; i < many.length; i++) {
            many[i] = "new-" + i;
        }
        compare("", false, false, many);
        assertTrue(console.printed().contains("new-19"));
        assertTrue(console.printed().contains("and 1 more (--all"));
        assertTrue(!console.printed().contains("new-20"));
        compare("", false, true, many);
        assertTrue(console.printed().contains("new-20"));
    }

    @Test
    void thePasswordIsWipedAndMailClosed() throws Exception {
        compare("", true, false, "a");
        assertEquals(UserName.of("anna"), requests.get(0).name());
        assertTrue(requests.get(0).local().getAddress().isLoopbackAddress());
        assertThrows(IllegalStateException.class, () -> requests.get(0).secret().view());
    }

    @Test
    void refusalsAreSaid() {
        answer = Optional.of(new AuthenticationOutcome.Declined());
        assertFails("the name or the password is wrong");
        answer = Optional.of(new AuthenticationOutcome.Refused());
        assertFails("the name or the password is wrong");
        answer = Optional.of(new AuthenticationOutcome.Unavailable("the helper is\naway"));
        assertFails("the helper is?away");
        answer = Optional.empty();
        failure = Optional.of(new MailboxException(MailboxException.Kind.IN_USE, "locked"));
        assertFails("the mailbox cannot be opened: locked");
    }

    private void assertFails(String why) {
        IllegalStateException failed =
                assertThrows(IllegalStateException.class, () -> compare("", true, false, "a"));
        assertTrue(failed.getMessage().contains(why), failed.getMessage());
    }

    @Test
    void withoutATerminalItSaysSo() throws Exception {
        Path file = Files.writeString(directory.resolve("saved"), "");
        UidlCompare command = new UidlCompare();
        command.console = new FakeConsole().session();
        command.context = console.context();
        command.user = "anna";
        command.file = file.toString();
        IllegalStateException failed = assertThrows(IllegalStateException.class, command::execute);
        assertTrue(failed.getMessage().contains("terminal"), failed.getMessage());
    }

    @Test
    void theLocalAddressIsAnAddress() {
        UidlCompare command = new UidlCompare();
        command.local = "localhost";
        assertThrows(IllegalArgumentException.class, command::execute);
    }
}
