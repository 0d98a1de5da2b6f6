package org.postern.access.internal.mailbox;

import java.util.Map;
import java.util.function.LongSupplier;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.postern.access.internal.Leased;
import org.postern.access.internal.NamedServices;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.Mailboxes;
import org.postern.api.mailbox.Operation;
import org.postern.api.storage.MailStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The formats that are installed, and mailboxes that outlive them. A format's bundle is kept from
 * leaving only by calls in flight and by updates that have begun, never by sessions.
 */
@Component(service = Mailboxes.class, immediate = true)
public final class SwappableMailboxes implements Mailboxes {
    private static final Logger LOG = LoggerFactory.getLogger(SwappableMailboxes.class);

    private final NamedServices<MailboxFormat> formats;
    private final LongSupplier nanos;

    @Activate
    public SwappableMailboxes() {
        this(System::nanoTime);
    }

    SwappableMailboxes(LongSupplier nanos) {
        this.nanos = nanos;
        this.formats = new NamedServices<>(MailboxFormat.NAME, nanos);
    }

    @Reference(
            service = MailboxFormat.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindFormat(MailboxFormat format, Map<String, Object> properties) {
        formats.bind(format, properties);
    }

    void updatedFormat(MailboxFormat format, Map<String, Object> properties) {
        formats.update(properties);
    }

    void unbindFormat(MailboxFormat format, Map<String, Object> properties) {
        if (!formats.unbind(properties, Leased.PATIENCE)) {
            LOG.warn(
                    "mailbox format {} leaves in the middle of a call or an update, which goes on",
                    properties.get(MailboxFormat.NAME));
        }
    }

    @Override
    public Operation<Mailbox> open(MailStorage storage, MailboxBounds bounds) {
        return new FirstOpening(new FormatOpening.Way(formats, nanos, storage, bounds));
    }
}
