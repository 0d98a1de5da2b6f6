package org.postern.pop3.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Arrays;
import org.postern.testkit.protocol.Transcript;

/** Carries a manual connection over a socket, as plainly as possible, on one thread. */
final class SocketBridge implements AutoCloseable {
    private final Socket socket;
    private final Pop3World world;
    private final Thread thread;

    SocketBridge(Socket socket, Pop3World world) {
        this.socket = socket;
        this.world = world;
        this.thread = new Thread(this::serve, "socket-bridge");
    }

    void start() {
        thread.start();
    }

    private void serve() {
        try (socket) {
            InputStream in = socket.getInputStream();
            world.connection.open(world.protocol).settle();
            byte[] block = new byte[100];
            for (int count = 0; count >= 0; count = in.read(block)) {
                world.connection.receive(Arrays.copyOf(block, count)).settle();
                socket.getOutputStream()
                        .write(world.connection.takeOutput().getBytes(Transcript.OCTETS));
                if (world.connection.ended().isPresent()) {
                    return;
                }
            }
        } catch (IOException gone) {
            // The test has seen what it wanted, or will say what it missed.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
