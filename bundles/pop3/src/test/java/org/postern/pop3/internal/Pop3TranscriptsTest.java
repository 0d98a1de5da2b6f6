package org.postern.pop3.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
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
        return Pop3Transcripts.all();
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void playsWhole(Transcript transcript) throws IOException {
        transcript.play(dialogue(Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void playsAnOctetAtATime(Transcript transcript) throws IOException {
        transcript.play(dialogue(1));
    }

    @ParameterizedTest
    @MethodSource("transcripts")
    void playsPipelined(Transcript transcript) throws IOException {
        transcript.playPipelined(dialogue(Integer.MAX_VALUE));
        transcript.playPipelined(dialogue(5));
    }

    private static ManualDialogue dialogue(int pieces) {
        Pop3World world = new Pop3World();
        return ManualDialogue.open(world.connection, world.protocol, pieces);
    }

    @ParameterizedTest
    @MethodSource("transcripts")
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
