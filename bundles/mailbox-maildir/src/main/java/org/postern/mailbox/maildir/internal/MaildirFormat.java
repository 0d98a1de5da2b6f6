package org.postern.mailbox.maildir.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.postern.api.config.ConfigurationProblem;
import org.postern.api.config.ConfigurationStatus;
import org.postern.api.config.LiveConfiguration;
import org.postern.api.mailbox.Mailbox;
import org.postern.api.mailbox.MailboxBounds;
import org.postern.api.mailbox.MailboxException;
import org.postern.api.mailbox.MailboxFormat;
import org.postern.api.mailbox.MailboxSnapshot;
import org.postern.api.mailbox.Operation;
import org.postern.api.mailbox.SpareThreads;
import org.postern.api.mailbox.StoredAt;
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The format {@code maildir}. A message is a file that nobody changes in place, found again by its
 * base name whatever flags or directory others give it; so messages vanish one by one, and nothing
 * that others do ends a session.
 *
 * <p>A session keeps the settings that it was opened with.
 */
@Component(
        immediate = true,
        configurationPid = MaildirFormat.PID,
        service = {MailboxFormat.class, ConfigurationStatus.class},
        property = MailboxFormat.NAME + "=maildir")
@Designate(ocd = MaildirFormat.Config.class)
public final class MaildirFormat implements MailboxFormat, ConfigurationStatus {
    static final String PID = "org.postern.mailbox.maildir";
    private static final Logger LOG = LoggerFactory.getLogger(MaildirFormat.class);

    private final LiveConfiguration<MaildirSettings> configuration =
            new LiveConfiguration<>(
                    PID, MaildirSettings::read, problem -> LOG.error("{}", problem));
    private final InstantSource clock;
    private final DeliveryNames names;
    private final SpareThreads threads;
    private final KnownMaildirs known = new KnownMaildirs();
    private final SizeFiles files;

    /** Documentation for tools; the values are read and checked by {@link MaildirSettings}. */
    @ObjectClassDefinition(
            name = "Postern Maildir",
            description = "Maildir mailboxes; org.postern.mailbox.maildir.cfg says more")
    @interface Config {
        @AttributeDefinition(
                description =
                        "How messages are named for clients: auto, postern, dovecot, courier, qmail")
        String uniqueIds() default "auto";

        @AttributeDefinition(description = "What an update survives: power or process")
        String durability() default "power";

        @AttributeDefinition(description = "Octets of memory for what is known of Maildirs")
        long indexMemory() default MaildirSettings.INDEX_MEMORY;

        @AttributeDefinition(
                description = "Octets of the data directory for sizes of messages; 0 for none")
        long indexDisk() default 0;

        @AttributeDefinition(description = "As for mbox; a Maildir needs no locks")
        String locks() default "fcntl,flock";

        @AttributeDefinition(description = "As for mbox; a Maildir needs no locks")
        int lockTimeout() default MaildirSettings.LOCK_SECONDS;
    }

    /**
     * Told of its configuration by Declarative Services.
     *
     * @param posix the server's data directory is reached through
     * @param properties raw, so that a bad value can be told from an absent one
     */
    @Activate
    public MaildirFormat(@Reference Posix posix, Map<String, Object> properties) {
        this(
                posix,
                Optional.ofNullable(System.getProperty("karaf.data")).map(Path::of),
                properties);
    }

    /**
     * @param data the server's data directory
     */
    public MaildirFormat(Posix posix, Optional<Path> data, Map<String, Object> properties) {
        this(
                properties,
                InstantSource.system(),
                SpareThreads.ofProcessors("postern-count"),
                new SizeFiles(posix, data));
    }

    MaildirFormat(Map<String, Object> properties, InstantSource clock, SizeFiles files) {
        this(properties, clock, new SpareThreads("postern-count", 0), files);
    }

    MaildirFormat(
            Map<String, Object> properties,
            InstantSource clock,
            SpareThreads threads,
            SizeFiles files) {
        this.files = files;
        this.clock = clock;
        this.threads = threads;
        this.names = new DeliveryNames(clock);
        configure(properties);
    }

    @Modified
    void configure(Map<String, Object> properties) {
        configuration.update(properties);
    }

    @Deactivate
    void deactivate() {
        threads.close();
    }

    @Override
    public Operation<Mailbox> open(
            MailStorage storage, MailboxBounds bounds, Optional<MailboxSnapshot> resume) {
        return new SingleStep<>(
                () -> {
                    MaildirSettings settings = settings();
                    return resume.isPresent()
                            ? new MaildirMailbox(
                                    storage, resumed(resume.get()), settings, names, () -> {})
                            : opened(storage, bounds, settings);
                });
    }

    private MaildirMailbox opened(
            MailStorage storage, MailboxBounds bounds, MaildirSettings settings)
            throws MailboxException, IOException {
        IndexedOpening opening =
                new IndexedOpening(
                        storage, bounds, settings, threads, known, files, Instants.nanos(clock));
        IndexedOpening.Result opened = opening.open();
        new StaleDeliveries(storage, clock).remove();
        return new MaildirMailbox(
                storage,
                opened.snapshot(),
                settings,
                names,
                () -> opened.place().ifPresent(this::forget));
    }

    private void forget(KnownMaildirs.Place place) {
        known.forget(place);
        files.forget(place);
    }

    // A message that is gone, or was exchanged, is found out when it is read: the others are not
    // affected by it, so it is no reason to end a session.
    private static MailboxSnapshot resumed(MailboxSnapshot snapshot) throws MailboxException {
        for (int i = 0; i < snapshot.count(); i++) {
            if (!(snapshot.storedAt(i) instanceof StoredAt.File)) {
                throw new MailboxException(
                        MailboxException.Kind.CHANGED, "the session's mailbox was no Maildir");
            }
        }
        return snapshot;
    }

    private MaildirSettings settings() throws MailboxException {
        return configuration
                .current()
                .orElseThrow(
                        () ->
                                new MailboxException(
                                        MailboxException.Kind.UNAVAILABLE,
                                        "the configuration "
                                                + PID
                                                + " was refused: see the log for the lines"));
    }

    @Override
    public String pid() {
        return PID;
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }
}
