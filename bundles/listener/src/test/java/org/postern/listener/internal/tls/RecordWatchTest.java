package org.postern.listener.internal.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.postern.listener.internal.tls.RecordWatch.Verdict;

/** Headers of records, cut at every octet. */
class RecordWatchTest {
    private static byte[] record(int type, int length) {
        byte[] record = new byte[5 + length];
        record[0] = (byte) type;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (length >> 8);
        record[4] = (byte) length;
        return record;
    }

    private static byte[] records(byte[]... records) {
        return Unpooled.wrappedBuffer(records).copy().array();
    }

    private static Verdict look(RecordWatch watch, byte[] octets, int piece) {
        ByteBuf all = Unpooled.wrappedBuffer(octets);
        Verdict verdict = Verdict.GOOD;
        while (all.isReadable() && verdict == Verdict.GOOD) {
            verdict = watch.look(all.readSlice(Math.min(piece, all.readableBytes())));
        }
        return verdict;
    }

    @Test
    void recordsMayBeCutAnywhere() {
        byte[] good = records(record(22, 300), record(20, 1), record(23, 0), record(21, 2));
        byte[] bad = records(good, new byte[] {'U', 'S', 'E', 'R'});
        for (int piece = 1; piece <= bad.length; piece++) {
            assertEquals(Verdict.GOOD, look(new RecordWatch(), good, piece), "by " + piece);
            assertEquals(Verdict.NO_RECORD, look(new RecordWatch(), bad, piece), "by " + piece);
        }
    }

    @Test
    void whatIsNoRecord() {
        assertEquals(Verdict.NO_RECORD, look(new RecordWatch(), record(19, 1), 9));
        assertEquals(Verdict.NO_RECORD, look(new RecordWatch(), record(24, 1), 9));
        // The two-octet header of an SSL 2 hello.
        assertEquals(
                Verdict.NO_RECORD,
                look(new RecordWatch(), new byte[] {(byte) 0x80, 46, 1, 3, 1}, 9));
        byte[] version2 = record(22, 1);
        version2[1] = 2;
        assertEquals(Verdict.NO_RECORD, look(new RecordWatch(), version2, 9));
    }

    @Test
    void lengths() {
        byte[] header = new byte[5];
        System.arraycopy(record(23, RecordWatch.MAX_RECORD), 0, header, 0, 5);
        assertEquals(Verdict.GOOD, look(new RecordWatch(), header, 9));
        System.arraycopy(record(23, RecordWatch.MAX_RECORD + 1), 0, header, 0, 5);
        assertEquals(Verdict.TOO_LONG, look(new RecordWatch(), header, 9));
    }

    @Test
    void aHandshakeIsBoundedAndWhatFollowsIsNot() {
        byte[] most = records(record(22, 16_000), record(22, RecordWatch.MAX_HANDSHAKE - 16_010));
        assertEquals(RecordWatch.MAX_HANDSHAKE, most.length);
        RecordWatch watch = new RecordWatch();
        assertEquals(Verdict.GOOD, look(watch, most, 4096));
        assertEquals(Verdict.TOO_MUCH, look(watch, record(22, 0), 4096));
        RecordWatch longer = new RecordWatch();
        assertEquals(Verdict.GOOD, look(longer, most, 4096));
        longer.established();
        for (int i = 0; i < 10; i++) {
            assertEquals(Verdict.GOOD, look(longer, record(23, 16_384), 4096));
        }
    }

    @Test
    void aSecondHandshake() {
        RecordWatch watch = new RecordWatch();
        assertEquals(Verdict.GOOD, look(watch, records(record(22, 40), record(22, 9)), 4096));
        watch.established();
        assertEquals(Verdict.GOOD, look(watch, record(23, 40), 4096));
        assertEquals(Verdict.RENEGOTIATION, look(watch, record(22, 40), 4096));
    }
}
