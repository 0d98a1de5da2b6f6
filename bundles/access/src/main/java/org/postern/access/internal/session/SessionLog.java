package org.postern.access.internal.session;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.postern.access.internal.LogBudget;
import org.postern.access.internal.limits.BoundsInForce;
import org.postern.api.session.SessionEnd;
import org.postern.api.session.SessionEvent;
import org.postern.api.session.SessionInfo;
import org.postern.api.session.SessionListener;
import org.postern.api.text.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of sessions, on the logger {@value #LOGGER}. One line at the end of each, whose keys are
 * a contract with people's scripts: {@code session user backend source tls retrieved deleted left
 * octets seconds end}, values without spaces, "-" for nobody. Besides, failed logins and refused
 * connections. Of what strangers can cause, sessions that end without a login included, so many
 * lines are written in ten seconds and the others counted ({@code maxLogLines}); the line of who
 * logged in is never left out. A name that no backend vouched for is never written: people type
 * passwords into the name field.
 */
@Component(service = SessionListener.class, immediate = true)
public final class SessionLog implements SessionListener {
    static final String LOGGER = "org.postern.session";

    private static final int MAX_DETAIL = 400;
    // Ends that the client chose; of the others the log says why.
    private static final Set<SessionEnd> QUIET =
            EnumSet.of(
                    SessionEnd.QUIT,
                    SessionEnd.DISCONNECTED,
                    SessionEnd.IDLE,
                    SessionEnd.LOGIN_TIMEOUT,
                    SessionEnd.LOGIN_FAILURES);

    private final Logger log;
    private final LogBudget failedLogins;
    private final LogBudget refusals;
    private final LogBudget strangers;
    private final LogBudget troubles;

    @Activate
    public SessionLog(@Reference BoundsInForce bounds) {
        this(LoggerFactory.getLogger(LOGGER), bounds, System::nanoTime);
    }

    SessionLog(Logger log, BoundsInForce bounds, LongSupplier nanos) {
        this.log = log;
        IntSupplier lines = () -> bounds.current().maxLogLines();
        this.failedLogins = new LogBudget(lines, nanos);
        this.refusals = new LogBudget(lines, nanos);
        this.strangers = new LogBudget(lines, nanos);
        this.troubles = new LogBudget(lines, nanos);
    }

    @Deactivate
    void deactivate() {
        leftOut(LogBudget::rest);
    }

    @Override
    public void handle(SessionEvent event) {
        leftOut(LogBudget::overdue);
        if (event instanceof SessionEvent.Closed closed) {
            ended(closed);
        } else if (event instanceof SessionEvent.LoginFailed failed) {
            loginFailed(failed);
        } else if (event instanceof SessionEvent.Refused refused) {
            refused(refused);
        }
    }

    private void ended(SessionEvent.Closed closed) {
        SessionInfo session = closed.session();
        if (session.account().isEmpty() && strangers.take() == LogBudget.DROPPED) {
            return;
        }
        SessionEvent.SessionTotals totals = closed.totals();
        String user = session.account().map(account -> account.name().toString()).orElse("-");
        String backend = session.account().map(account -> word(account.backend())).orElse("-");
        log.info(
                "session={} user={} backend={} source={} tls={} retrieved={} deleted={} left={}"
                        + " octets={} seconds={} end={}",
                session.id(),
                user,
                backend,
                address(session.source()),
                session.tlsVersion().isEmpty() ? "none" : word(session.tlsVersion()),
                totals.retrieved(),
                totals.deleted(),
                totals.left(),
                totals.octets(),
                totals.duration().toSeconds(),
                closed.end().name().toLowerCase(Locale.ROOT));
        if (!QUIET.contains(closed.end())
                && !closed.detail().isEmpty()
                && troubles.take() != LogBudget.DROPPED) {
            log.warn("session failed session={} why={}", session.id(), text(closed.detail()));
        }
    }

    private void loginFailed(SessionEvent.LoginFailed failed) {
        if (failedLogins.take() != LogBudget.DROPPED) {
            log.info(
                    "login failed session={} source={} reason={}",
                    failed.session().id(),
                    address(failed.session().source()),
                    text(failed.reason()));
        }
    }

    private void refused(SessionEvent.Refused refused) {
        if (refusals.take() != LogBudget.DROPPED) {
            log.info(
                    "connection refused listener={} source={} reason={}",
                    word(refused.listener()),
                    address(refused.source()),
                    text(refused.reason()));
        }
    }

    private void leftOut(ToIntFunction<LogBudget> count) {
        leftOut("failed logins", count.applyAsInt(failedLogins));
        leftOut("refused connections", count.applyAsInt(refusals));
        leftOut("sessions without a login", count.applyAsInt(strangers));
        leftOut("reasons of failed sessions", count.applyAsInt(troubles));
    }

    private void leftOut(String what, int count) {
        if (count > 0) {
            log.info("{} {} were left out of this log", count, what);
        }
    }

    /** The address alone: no name is looked up, and no interface is told. */
    private static String address(InetSocketAddress source) {
        if (source.isUnresolved()) {
            return "-";
        }
        String address = source.getAddress().getHostAddress();
        int scope = address.indexOf('%');
        return scope < 0 ? address : address.substring(0, scope);
    }

    private static String word(String value) {
        return value.isEmpty() ? "-" : Printable.escape(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Several words in quotes; what could end the quotes or the line is escaped. */
    private static String text(String value) {
        StringBuilder text = new StringBuilder("\"");
        int from = 0;
        while (from <= value.length() && text.length() < MAX_DETAIL) {
            int space = value.indexOf(' ', from);
            int to = space < 0 ? value.length() : space;
            text.append(from == 0 ? "" : " ")
                    .append(
                            Printable.escape(
                                    value.substring(from, to).getBytes(StandardCharsets.UTF_8)));
            from = to + 1;
        }
        return text.append('"').toString();
    }
}
