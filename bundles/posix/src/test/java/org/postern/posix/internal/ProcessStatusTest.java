package org.postern.posix.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.Privileges;

final class ProcessStatusTest {
    private static final String STATUS =
            """
            Name:\tjava
            Umask:\t0022
            Uid:\t1001\t1002\t1003\t1004
            Gid:\t0\t0\t0\t0
            CapInh:\t0000000000000001
            CapPrm:\t0000000000000002
            CapEff:\t0000000000000004
            CapBnd:\t000001ffffffffff
            CapAmb:\t8000000000000000
            NoNewPrivs:\t0
            """;

    @Test
    void readsEveryUserAndEverySet() {
        assertEquals(
                new Privileges(1001, 1002, 1003, 1004, 1, 2, 4, Long.MIN_VALUE),
                ProcessStatus.privileges(STATUS));
    }

    @Test
    void nothingIsNone() {
        String none =
                STATUS.replace("01\nCapPrm", "00\nCapPrm")
                        .replace("02\nCapEff", "00\nCapEff")
                        .replace("04\nCapBnd", "00\nCapBnd")
                        .replace("CapAmb:\t8", "CapAmb:\t0");
        assertTrue(ProcessStatus.privileges(none).areNone());
        assertFalse(ProcessStatus.privileges(none.replace("1003", "0")).areNone());
    }

    @Test
    void userNumbersAreUnsigned() {
        String largest = STATUS.replace("1002", "4294967294");
        assertEquals(4294967294L, ProcessStatus.privileges(largest).effectiveUser());
    }

    @Test
    void whatCannotBeReadIsNeverUnprivileged() {
        List<String> odd =
                List.of(
                        "",
                        STATUS.replace("Uid:", "Xid:"),
                        STATUS.replace("CapInh:", "CapXxx:"),
                        STATUS.replace("CapPrm:", "CapXxx:"),
                        STATUS.replace("CapEff:", "CapXxx:"),
                        STATUS.replace("CapAmb:", "CapXxx:"),
                        STATUS + "Uid:\t1\t1\t1\t1\n",
                        STATUS + "CapEff:\t0000000000000000\n",
                        STATUS.replace("1001\t", ""),
                        STATUS.replace("1004", "1004\t0"),
                        STATUS.replace("1001", ""),
                        STATUS.replace("1001", "-1"),
                        STATUS.replace("1001", "+1"),
                        STATUS.replace("1001", "0x1"),
                        STATUS.replace("1001", "\u0661"),
                        STATUS.replace("1001", "99999999999"),
                        STATUS.replace("1001", " 1001"),
                        STATUS.replace("0000000000000004", "000000000000004"),
                        STATUS.replace("0000000000000004", "00000000000000004"),
                        STATUS.replace("0000000000000004", "000000000000000g"),
                        STATUS.replace("0000000000000004", "-000000000000004"));
        for (String status : odd) {
            assertThrows(
                    IllegalStateException.class, () -> ProcessStatus.privileges(status), status);
        }
    }
}
