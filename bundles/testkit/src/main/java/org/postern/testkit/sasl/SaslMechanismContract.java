package org.postern.testkit.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.postern.api.auth.AuthenticationOutcome.Accepted;
import org.postern.api.auth.AuthenticationOutcome.Declined;
import org.postern.api.auth.AuthenticationOutcome.Refused;
import org.postern.api.auth.AuthenticationOutcome.Unavailable;
import org.postern.api.auth.Secret;
import org.postern.api.sasl.SaslExchange;
import org.postern.api.sasl.SaslLogin;
import org.postern.api.sasl.SaslStep;
import org.postern.api.sasl.SaslStep.Challenge;
import org.postern.api.sasl.SaslStep.Finished;
import org.postern.api.sasl.SaslStep.Refusal;

/**
 * The contract of {@link org.postern.api.sasl.SaslMechanism}: whatever a client says, in whatever
 * pieces, and wherever it gives up, each call is answered, nothing is thrown, nobody gets in who
 * may not, and nothing is left behind (CVE-2017-15132, CVE-2019-11494, CVE-2019-11499).
 */
public interface SaslMechanismContract {
    /** Longer than a mechanism holds back a no. */
    Duration PATIENCE = Duration.ofSeconds(30);

    /** A mechanism that works and one account, afresh for each test. */
    SaslMechanismFixture fixture() throws Exception;

    @Test
    default void letsItsAccountIn() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            assertTrue(test.mechanism().usable(test.peer()), "usable");
            for (boolean initial : List.of(true, false)) {
                KnownAccountContext context = context(test);
                Run run = new Run(test, context, test.client(), initial);
                Finished last = assertInstanceOf(Finished.class, run.toTheEnd());
                Accepted accepted = assertInstanceOf(Accepted.class, last.outcome());
                assertEquals(test.account().userName(), accepted.account().name());
                assertEquals(1, context.open(), "ways to mail: the one that was accepted");
                assertTrue(context.passwordsWiped(), "passwords wiped");
                run.exchange.cancel();
                accepted.mail().close();
            }
        }
    }

    @Test
    default void letsNobodyElseIn() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            KnownAccountContext context = context(test);
            Run run = new Run(test, context, test.impostor(), true);
            SaslStep last = run.toTheEnd();
            assertTrue(isNo(last), () -> "said no, and not " + last);
            assertEquals(0, context.open(), "ways to mail");
            assertTrue(context.passwordsWiped(), "passwords wiped");
        }
    }

    private static boolean isNo(SaslStep step) {
        return step instanceof Refusal
                || (step instanceof Finished finished
                        && (finished.outcome() instanceof Declined
                                || finished.outcome() instanceof Refused));
    }

    @Test
    default void saysWhenNobodyCanTell() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            KnownAccountContext context = context(test).broken("the file is gone");
            Run run = new Run(test, context, test.client(), true);
            Finished last = assertInstanceOf(Finished.class, run.toTheEnd());
            assertInstanceOf(Unavailable.class, last.outcome());
            assertEquals(0, context.open(), "ways to mail");
        }
    }

    @Test
    default void givingUpBetweenTwoStepsLeavesNothing() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            int steps = 1;
            for (int after = 0; after < steps; after++) {
                KnownAccountContext context = context(test);
                Run run = new Run(test, context, test.client(), false);
                for (int i = 0; i < after && !run.over(); i++) {
                    run.step();
                }
                if (!run.over()) {
                    run.exchange.cancel();
                    run.exchange.cancel();
                    assertEquals(0, context.open(), "ways to mail after step " + after);
                    steps++;
                }
                run.close();
            }
        }
    }

    @Test
    default void givingUpWhileTheBackendsThinkIsAnswered() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            KnownAccountContext context = context(test).slow();
            Run run = new Run(test, context, test.client(), true);
            CompletableFuture<SaslStep> step = run.begin();
            run.exchange.cancel();
            context.answer();
            test.pass(PATIENCE);
            assertTrue(step.isDone(), "answered");
            Run.close(step.join());
            assertEquals(0, context.open(), "ways to mail");
            assertTrue(context.passwordsWiped(), "passwords wiped");
        }
    }

    /** Each response in turn cut, lengthened, emptied, and with each of some octets changed. */
    @Test
    default void whatIsMalformedIsAnsweredAndLetsNobodyIn() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            long seed = System.nanoTime();
            Random random = new Random(seed);
            boolean more = true;
            for (int broken = 0; more; broken++) {
                more = false;
                for (int kind = 0; kind < 20; kind++) {
                    KnownAccountContext context = context(test);
                    Run run = new Run(test, context, test.client(), true);
                    boolean reached = run.breakResponse(broken, kind, random);
                    more |= reached;
                    assertTrue(run.over() || !reached, () -> "not over in the end; seed " + seed);
                    run.close();
                    assertEquals(0, context.open(), "ways to mail; seed " + seed);
                    assertTrue(context.passwordsWiped(), "passwords wiped; seed " + seed);
                }
            }
        }
    }

    @Test
    default void theLongestResponseIsAnswered() throws Exception {
        try (SaslMechanismFixture test = fixture()) {
            for (int octet = 0; octet < 256; octet++) {
                byte[] longest = new byte[SaslLogin.MAX_RESPONSE];
                Arrays.fill(longest, (byte) octet);
                KnownAccountContext context = context(test);
                Run run = new Run(test, context, test.client(), true);
                SaslStep step = run.say(Optional.of(longest));
                assertFalse(run.last.isEmpty(), "answered");
                assertFalse(
                        step instanceof Finished finished && finished.outcome() instanceof Accepted,
                        "let in");
                run.exchange.cancel();
                assertEquals(0, context.open(), "ways to mail");
            }
        }
    }

    private static KnownAccountContext context(SaslMechanismFixture test) {
        return new KnownAccountContext(test.peer(), test.account(), Set.of());
    }

    /** One exchange with a client. */
    final class Run {
        private static final int MAX_STEPS = 10;

        private final SaslMechanismFixture test;
        private final SaslClient client;
        private final SaslExchange exchange;
        private final boolean initial;
        private final List<Secret> said = new ArrayList<>();
        private Optional<SaslStep> last = Optional.empty();

        Run(
                SaslMechanismFixture test,
                KnownAccountContext context,
                SaslClient client,
                boolean initial) {
            this.test = test;
            this.client = client;
            this.initial = initial;
            this.exchange = test.mechanism().begin(context);
        }

        boolean over() {
            return last.filter(step -> !(step instanceof Challenge)).isPresent();
        }

        SaslStep toTheEnd() {
            for (int i = 0; i < MAX_STEPS && !over(); i++) {
                step();
            }
            assertTrue(over(), "over after " + MAX_STEPS + " steps");
            return last.orElseThrow();
        }

        private Optional<byte[]> response() {
            if (last.isEmpty()) {
                return initial ? client.begins() : Optional.empty();
            }
            Challenge challenge = (Challenge) last.get();
            // Asked to begin, because it did not by itself.
            boolean asked = !initial && said.isEmpty();
            return asked && client.begins().isPresent()
                    ? client.begins()
                    : Optional.of(client.answers(challenge.octets()));
        }

        void step() {
            var unused = say(response());
        }

        CompletableFuture<SaslStep> begin() {
            return next(response());
        }

        private CompletableFuture<SaslStep> next(Optional<byte[]> response) {
            Optional<Secret> secret = response.map(octets -> new Secret(octets.clone()));
            secret.ifPresent(said::add);
            return exchange.next(secret).toCompletableFuture();
        }

        SaslStep say(Optional<byte[]> response) {
            CompletableFuture<SaslStep> step = next(response);
            if (!step.isDone()) {
                test.pass(PATIENCE);
            }
            assertTrue(step.isDone(), "answered");
            assertFalse(step.isCompletedExceptionally(), "completed exceptionally");
            last = Optional.of(step.join());
            return step.join();
        }

        /** Says what the client would, but for one response; false if it has not so many. */
        boolean breakResponse(int number, int kind, Random random) {
            int spoken = 0;
            for (int i = 0; i < MAX_STEPS && !over(); i++) {
                Optional<byte[]> right = response();
                if (right.isPresent() && spoken++ == number) {
                    byte[] wrong = broken(right.get(), kind, random);
                    if (Arrays.equals(wrong, right.get())) {
                        exchange.cancel();
                        last = Optional.of(new SaslStep.Malformed("nothing to break"));
                        return true;
                    }
                    var unused = say(Optional.of(wrong));
                    finish();
                    return true;
                }
                var unused = say(right);
            }
            return false;
        }

        // What still wants to go on after a broken response is given up, or is proven wrong.
        private void finish() {
            for (int i = 0; i < MAX_STEPS && !over(); i++) {
                try {
                    step();
                } catch (IllegalStateException clientGivesUp) {
                    exchange.cancel();
                    last = Optional.of(new SaslStep.Malformed("the client gave up"));
                }
            }
            assertFalse(
                    last.orElseThrow() instanceof Finished finished
                            && finished.outcome() instanceof Accepted accepted
                            && !accepted.account().name().equals(test.account().userName()),
                    "another one's account");
        }

        private static byte[] broken(byte[] right, int kind, Random random) {
            return switch (kind) {
                case 0 -> new byte[0];
                case 1 -> Arrays.copyOf(right, right.length + 1);
                case 2 -> Arrays.copyOf(right, Math.max(0, right.length - 1));
                case 3 -> Arrays.copyOfRange(right, Math.min(1, right.length), right.length);
                case 4 -> doubled(right);
                case 5 -> new byte[1];
                case 6 -> new byte[] {(byte) 0xC0, (byte) 0x80};
                default -> mutated(right, random);
            };
        }

        private static byte[] doubled(byte[] right) {
            byte[] twice = Arrays.copyOf(right, 2 * right.length);
            System.arraycopy(right, 0, twice, right.length, right.length);
            return twice;
        }

        private static byte[] mutated(byte[] right, Random random) {
            byte[] wrong = right.clone();
            if (wrong.length > 0) {
                wrong[random.nextInt(wrong.length)] ^= (byte) (1 + random.nextInt(255));
            }
            return wrong;
        }

        void close() {
            last.ifPresent(Run::close);
        }

        static void close(SaslStep step) {
            if (step instanceof Finished finished
                    && finished.outcome() instanceof Accepted accepted) {
                accepted.mail().close();
            }
        }
    }
}
