package org.postern.itests.root;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Something else at the helper's socket, which gives one answer to everything. */
final class FakeHelper implements AutoCloseable {
    private static final String PROGRAM =
            """
            import os, socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            s.bind(sys.argv[1])
            os.chmod(sys.argv[1], 0o666)
            s.listen(64)
            print('ready', flush=True)
            while True:
                c, _ = s.accept()
                try:
                    c.recv(65536)
                    c.send(bytes.fromhex(sys.argv[2]))
                except OSError:
                    pass
                c.close()
            """;

    private final Process process;
    private final Path socket;

    private FakeHelper(List<String> prefix, Path socket, String answer) throws IOException {
        this.socket = socket;
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("/usr/bin/python3", "-c", PROGRAM, socket.toString(), answer));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said =
                new BufferedReader(
                                new InputStreamReader(
                                        process.getInputStream(), StandardCharsets.UTF_8))
                        .readLine();
        if (!"ready".equals(said)) {
            throw new IOException("the fake helper said " + said);
        }
    }

    /**
     * @param answer in hexadecimal digits
     */
    static FakeHelper ofRoot(Path socket, String answer) throws IOException {
        return new FakeHelper(List.of(), socket, answer);
    }

    static FakeHelper of(String user, Path socket, String answer) throws IOException {
        return new FakeHelper(
                List.of("setpriv", "--reuid=" + user, "--clear-groups"), socket, answer);
    }

    Path socket() {
        return socket;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
