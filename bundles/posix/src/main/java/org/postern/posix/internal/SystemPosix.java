package org.postern.posix.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.postern.api.posix.DirectoryHandle;
import org.postern.api.posix.MessageSocket;
import org.postern.api.posix.Posix;
import org.postern.api.posix.PosixException;
import org.postern.api.posix.Privileges;
import org.postern.api.posix.SocketPoller;

/** Linux through glibc. Without native code the service is not there, and nothing else starts. */
@Component(immediate = true, service = Posix.class)
public final class SystemPosix implements Posix {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final SystemCalls calls;
    private final SocketCalls socketCalls;
    private final Optional<Crypt> crypt;

    /** As a component: with the bundle's own part of the container's data directory. */
    @Activate
    public SystemPosix(BundleContext context) throws IOException {
        this(context.getDataFile("").toPath());
    }

    public SystemPosix(Path dataDirectory) throws IOException {
        this(loaded(dataDirectory));
    }

    SystemPosix(LibC libC) {
        calls = new SystemCalls(libC);
        socketCalls = new SocketCalls(libC, calls);
        crypt = NativeLibrary.libCrypt().map(Crypt::new);
    }

    private static LibC loaded(Path dataDirectory) throws IOException {
        NativeLibrary.load(dataDirectory);
        return NativeLibrary.libC();
    }

    @Override
    public Privileges privileges() {
        try {
            return ProcessStatus.privileges(Files.readString(STATUS, StandardCharsets.ISO_8859_1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public long effectiveUser() {
        return calls.effectiveUser();
    }

    @Override
    public DirectoryHandle openDirectory(Path absolute) throws PosixException {
        if (!absolute.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path");
        }
        return new SystemDirectory(calls, calls.open(octets(absolute), Flags.OPERATORS_DIRECTORY));
    }

    @Override
    public MessageSocket connect(Path socket) throws PosixException {
        if (!socket.isAbsolute()) {
            throw new IllegalArgumentException("not an absolute path");
        }
        return new SystemMessageSocket(calls, socketCalls, socketCalls.connect(octets(socket)));
    }

    @Override
    public SocketPoller newPoller() throws PosixException {
        return SystemPoller.open(calls, socketCalls);
    }

    private static byte[] octets(Path path) {
        String text = path.toString();
        // Every charset that a file system provider can have agrees on ASCII.
        return text.chars().allMatch(c -> c < 0x80)
                ? text.getBytes(StandardCharsets.US_ASCII)
                : undecodedOctets(path);
    }

    // A path's octets as the file system provider holds them, whatever the platform's charset can
    // decode: its URI has them escaped. Making one looks at the file.
    private static byte[] undecodedOctets(Path path) {
        String escaped = path.toUri().getRawPath();
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c == '%') {
                octets.write(Integer.parseInt(escaped, i + 1, i + 3, 16));
                i += 2;
            } else {
                octets.write(c);
            }
        }
        return octets.toByteArray();
    }

    @Override
    public Optional<byte[]> crypt(ByteBuffer phrase, byte[] setting) {
        return crypt.flatMap(library -> library.crypt(phrase, setting));
    }

    @Override
    public long coarseClockNanos() {
        return calls.coarseClockNanos();
    }

    @Override
    public long coarseTickNanos() {
        return calls.coarseTickNanos();
    }
}
