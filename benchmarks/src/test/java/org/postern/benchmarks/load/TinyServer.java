package org.postern.benchmarks.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One mailbox, which everybody has; what it is asked is kept, and how it behaves can be chosen. */
final class TinyServer implements AutoCloseable {
    /** As stored on the wire: with CRLF, stuffed, without the last line. */
    static final List<String> MESSAGES =
            List.of(
                    "Subject: one\r\n\r\nbody\r\n",
                    "Subject: two\r\n\r\n..\r\n...dots\r\n..x\r\n",
                    "Subject: three\r\n\r\nbare\nline feed\r\n");

    final List<String> asked = new CopyOnWriteArrayList<>();
    final Set<Integer> deleted = ConcurrentHashMap.newKeySet();
    volatile int answerMillis;
    volatile int closeMillis;
    volatile boolean byOctets;
    volatile boolean wrongSize;
    volatile boolean silent;

    private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();

    TinyServer() throws IOException {
        threads.execute(
                () -> {
                    try {
                        while (true) {
                            Socket client = socket.accept();
                            threads.execute(() -> serve(client));
                        }
                    } catch (IOException closed) {
                        // It is over.
                    }
                });
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void serve(Socket client) {
        try (client;
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(client.getInputStream(), ISO_8859_1))) {
            OutputStream out = client.getOutputStream();
            client.setTcpNoDelay(true);
            say(out, "+OK ready\r\n");
            boolean quit = false;
            while (!quit) {
                String line = lines.readLine();
                if (line == null) {
                    return;
                }
                asked.add(line);
                if (!silent) {
                    say(out, answer(line));
                }
                quit = line.equals("QUIT");
            }
            Thread.sleep(closeMillis);
        } catch (IOException | InterruptedException gone) {
            // A client that left.
        }
    }

    private void say(OutputStream out, String text) throws IOException {
        byte[] octets = text.getBytes(ISO_8859_1);
        if (!byOctets) {
            out.write(octets);
            return;
        }
        for (byte octet : octets) {
            out.write(octet);
            out.flush();
        }
    }

    private String answer(String line) throws InterruptedException {
        String[] words = line.split(" ", -1);
        return switch (words[0]) {
            case "PASS" -> {
                Thread.sleep(answerMillis);
                yield words[1].endsWith("wrong") ? "-ERR no\r\n" : "+OK\r\n";
            }
            case "STAT" -> "+OK " + left() + " " + octets() + "\r\n";
            case "LIST" -> list();
            case "UIDL" -> "+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n";
            case "RETR" -> "+OK\r\n" + MESSAGES.get(Integer.parseInt(words[1]) - 1) + ".\r\n";
            case "DELE" -> {
                deleted.add(Integer.valueOf(words[1]));
                yield "+OK\r\n";
            }
            default -> "+OK\r\n";
        };
    }

    private int left() {
        return MESSAGES.size() - deleted.size();
    }

    static int octets() {
        return MESSAGES.stream().mapToInt(TinyServer::octets).sum();
    }

    private static int octets(String message) {
        return message.replace("\r\n..", "\r\n.").length();
    }

    private String list() {
        StringBuilder list = new StringBuilder("+OK\r\n");
        for (int i = 0; i < MESSAGES.size(); i++) {
            long wrong = wrongSize && i == 1 ? 1 : 0;
            list.append(i + 1).append(' ').append(octets(MESSAGES.get(i)) + wrong).append("\r\n");
        }
        return list.append(".\r\n").toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        threads.shutdownNow();
    }
}
