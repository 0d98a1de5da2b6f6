package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.postern.testkit.pop3.Pop3Transcripts;
import org.postern.testkit.pop3.StandardMaildrop;
import org.postern.testkit.protocol.ManualDialogue;
import org.postern.testkit.protocol.SocketDialogue;
import org.postern.testkit.protocol.Transcript;

class Pop3TranscriptsTest {

    static List<Transcript> transcripts() throws IOException {
        return Pop3Transcripts.all(Set.of(Pop3Transcripts.SASL, Pop3Transcripts.TLS));
    }

    /** The bridge between a socket and a manual connection knows no TLS. */
    static List<Transcript> plain() throws IOException {
        return Pop3Transcripts.all(Set.of(Pop3Transcripts.SASL));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void playsWhole(Transcript transcript) throws IOException {
        transcript.play(dialogue(transcript, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void playsAnOctetAtATime(Transcript transcript) throws IOException {
        transcript.play(dialogue(transcript, 1));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void playsPipelined(Transcript transcript) throws IOException {
        transcript.playPipelined(dialogue(transcript, Integer.MAX_VALUE));
        transcript.playPipelined(dialogue(transcript, 5));
    }

    private static ManualDialogue dialogue(Transcript transcript, int pieces) {
        Pop3World world = new Pop3World();
        if (transcript.needs().contains(Pop3Transcripts.TLS)) {
            world.connection.offerEncryption();
        }
        return ManualDialogue.open(world.connection, world.protocol, pieces);
    }

    @ParameterizedTest
    @MethodSource("plain")
    void playsOverSocket(Transcript transcript) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket listening = new ServerSocket(0, 1, loopback);
                Socket client = new Socket(loopback, listening.getLocalPort());
                SocketBridge bridge = new SocketBridge(listening.accept(), new Pop3World())) {
            client.setSoTimeout(20_000);
            bridge.start();
            transcript.play(new SocketDialogue(client));
        }
    }

    @Test
    void deletesWhatTheTranscriptDeletes() throws IOException {
        Pop3World world = new Pop3World();
        Pop3Transcripts.load("dele-quit")
                .play(ManualDialogue.open(world.connection, world.protocol, 10));
        assertEquals(
                text(StandardMaildrop.stored().subList(1, 4)), text(world.mailboxes.messages()));
    }

    private static List<String> text(List<byte[]> messages) {
        return messages.stream().map(octets -> new String(octets, Transcript.OCTETS)).toList();
    }
}
