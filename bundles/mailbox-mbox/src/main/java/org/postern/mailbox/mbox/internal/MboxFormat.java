package org.postern.mailbox.mbox.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;
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
import org.postern.api.posix.Posix;
import org.postern.api.storage.MailStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mailbox format {@code mbox}. A mailbox keeps the settings that it was opened with; new ones
 * count from the next opening on. While the configuration has never been good, none is opened.
 */
@Component(
        service = {MailboxFormat.class, ConfigurationStatus.class},
        immediate = true,
        configurationPid = MboxFormat.PID,
        property = MailboxFormat.NAME + "=" + MboxFormat.FORMAT)
@Designate(ocd = MboxFormat.Config.class)
public final class MboxFormat implements MailboxFormat, ConfigurationStatus {
    static final String PID = "org.postern.mailbox.mbox";
    static final String FORMAT = "mbox";

    private static final Logger LOG = LoggerFactory.getLogger(MboxFormat.class);

    /** What can be configured, for tools; {@code MboxSettings} reads it. */
    @ObjectClassDefinition(name = "Postern mbox", description = "Mailboxes that are mbox files")
    @interface Config {
        @AttributeDefinition(
                description = "How messages are named",
                options = {
                    @Option(label = "those that clients know", value = "auto"),
                    @Option(label = "popa3d's, copies kept apart", value = "popa3d"),
                    @Option(label = "Dovecot's, where it has been", value = "dovecot"),
                    @Option(label = "the long form for every message", value = "postern")
                })
        String uniqueIds() default "auto";

        @AttributeDefinition(
                description = "What an acknowledged deletion survives",
                options = {
                    @Option(label = "loss of power", value = "power"),
                    @Option(label = "the death of the server", value = "process")
                })
        String durability() default "power";

        @AttributeDefinition(description = "Lock families, with a comma between: fcntl, flock")
        String locks() default "fcntl,flock";

        @AttributeDefinition(description = "Seconds that another program's lock is waited for")
        int lockTimeout() default 10;

        @AttributeDefinition(description = "Octets of memory for what is known of mailboxes")
        long indexMemory() default MboxSettings.INDEX_MEMORY;

        @AttributeDefinition(description = "Octets of the data directory for the same; 0 for none")
        long indexDisk() default 0;
    }

    /**
     * A login takes as long as reading some MiB; and of what was read whole, messages are sent
     * without comparing each one before.
     */
    static final long READ_WHOLE_BELOW = 2L << 20;

    private final Posix posix;
    private final BlockBuffers buffers = new BlockBuffers();
    private final SpareThreads aides = SpareThreads.ofProcessors("postern-scan");
    private final KnownMailboxes known;
    private final IndexFiles indexFiles;
    private final ImapBases imapBases;
    private final Journals journals;
    private final Function<MboxSettings.Durability, StepSizes> steps;
    private final long readWholeBelow;
    private final LiveConfiguration<MboxSettings> configuration =
            new LiveConfiguration<>(
                    PID, MboxSettings::parse, problem -> LOG.error("{}", problem.toString()));

    /**
     * @param posix the clock that files are stamped with
     * @param properties raw, so that a bad value can be told from an absent one
     */
    @Activate
    public MboxFormat(@Reference Posix posix, Map<String, Object> properties) {
        this(
                posix,
                Optional.ofNullable(System.getProperty("karaf.data")).map(Path::of),
                properties);
    }

    /**
     * @param data the server's data directory
     */
    public MboxFormat(Posix posix, Optional<Path> data, Map<String, Object> properties) {
        this(posix, data, StepSizes::of, READ_WHOLE_BELOW, properties);
    }

    /**
     * @param steps of rewrites, by what they have to survive
     * @param readWholeBelow octets of a mailbox that is not worth extending
     */
    MboxFormat(
            Posix posix,
            Optional<Path> data,
            Function<MboxSettings.Durability, StepSizes> steps,
            long readWholeBelow,
            Map<String, Object> properties) {
        this.posix = posix;
        this.steps = steps;
        this.readWholeBelow = readWholeBelow;
        this.known = new KnownMailboxes(posix);
        this.indexFiles = new IndexFiles(posix, data);
        this.imapBases = new ImapBases(posix, data);
        this.journals = new Journals(posix, data);
        configuration.update(properties);
    }

    @Modified
    void modified(Map<String, Object> properties) {
        configuration.update(properties);
    }

    @Deactivate
    void deactivate() {
        aides.close();
    }

    @Override
    public Operation<Mailbox> open(
            MailStorage storage, MailboxBounds bounds, Optional<MailboxSnapshot> resume) {
        return new TaskOperation<>(task(storage, bounds, resume), new Validity());
    }

    private Task<Mailbox> task(
            MailStorage storage, MailboxBounds bounds, Optional<MailboxSnapshot> resume) {
        Optional<MboxSettings> settings = configuration.current();
        if (settings.isEmpty()) {
            return () -> {
                throw new MailboxException(
                        MailboxException.Kind.UNAVAILABLE,
                        "no mbox is opened until " + PID + ".cfg is put right");
            };
        }
        MboxContext context =
                new MboxContext(
                        settings.get(),
                        posix,
                        buffers,
                        aides::lend,
                        known,
                        indexFiles,
                        imapBases,
                        journals,
                        steps.apply(settings.get().durability()),
                        readWholeBelow);
        return resume.isPresent()
                ? new Resuming(storage, resume.get(), context)
                : new Opening(storage, bounds, context);
    }

    @Override
    public String pid() {
        return configuration.pid();
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return configuration.problems();
    }
}
