package org.postern.api.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.postern.api.posix.Privileges;

class ValuesTest {

    @Test
    void aWipedSecretIsGone() {
        byte[] octets = {1, 2, 3};
        Secret secret = new Secret(octets);
        assertArrayEquals(new byte[3], octets);
        assertEquals("***", secret.toString());
        ByteBuffer view = secret.view();
        assertEquals(octets(1, 2, 3), view);
        secret.close();
        secret.close();
        assertEquals(octets(0, 0, 0), view);
        assertEquals(3, secret.length());
        assertThrows(IllegalStateException.class, secret::view);
        assertThrows(IllegalStateException.class, secret::copy);
        assertThrows(
                IllegalStateException.class, () -> secret.copyTo(ByteBuffer.allocateDirect(3)));
    }

    @Test
    void aSecretIsOffTheHeapAndCannotBeChanged() {
        ByteBuffer source = octets(9, 1, 2, 9).position(1).limit(3);
        try (Secret secret = new Secret(source)) {
            assertEquals(octets(1, 2), source);
            assertEquals(octets(1, 2), secret.view());
            assertTrue(secret.view().isDirect());
            assertTrue(secret.view().isReadOnly());
        }
        assertEquals(octets(1, 2), source);
    }

    @Test
    void aSecretsCopiesAreTheirOwners() {
        Secret secret = new Secret(octets(1, 2));
        Secret copy = secret.copy();
        ByteBuffer target = ByteBuffer.allocateDirect(4).put((byte) 7);
        secret.copyTo(target);
        secret.close();
        assertEquals(octets(1, 2), copy.view());
        assertEquals(octets(7, 1, 2), target.flip());
        copy.close();
        assertThrows(IllegalStateException.class, copy::view);
    }

    private static ByteBuffer octets(int... values) {
        ByteBuffer octets = ByteBuffer.allocateDirect(values.length);
        for (int value : values) {
            octets.put((byte) value);
        }
        return octets.flip();
    }

    @Test
    void aUserNameIsItsOctets() {
        byte[] octets = {(byte) 0xC3, (byte) 0xA4};
        UserName name = UserName.of(octets);
        assertEquals(UserName.of("\u00e4"), name);
        octets[0] = 0;
        assertEquals(UserName.of("\u00e4"), name);
        assertEquals("\\xc3\\xa4", name.toString());
    }

    @Test
    void aUserNameIsBounded() {
        assertThrows(IllegalArgumentException.class, () -> UserName.of(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> UserName.of("a".repeat(256)));
        assertThrows(IllegalArgumentException.class, () -> UserName.of("a\0b"));
        assertEquals(255, UserName.of("a".repeat(255)).octets().length);
    }

    @Test
    void oneIdentityOrCapabilityIsAPrivilege() {
        assertFalse(new Privileges(0, 1, 1, 1, 0, 0, 0, 0).areNone());
        assertFalse(new Privileges(1, 1, 0, 1, 0, 0, 0, 0).areNone());
        assertFalse(new Privileges(1, 1, 1, 1, 0, 0, 1 << 10, 0).areNone());
        assertFalse(new Privileges(1, 1, 1, 1, 1, 0, 0, 0).areNone());
        assertEquals(true, new Privileges(1, 1, 1, 1, 0, 0, 0, 0).areNone());
    }
}
