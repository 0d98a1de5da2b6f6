package org.postern.api.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.postern.api.posix.Privileges;

class ValuesTest {

    @Test
    void aWipedSecretIsGone() {
        byte[] octets = {1, 2, 3};
        Secret secret = new Secret(octets);
        assertEquals("***", secret.toString());
        secret.close();
        assertArrayEquals(new byte[3], octets);
        assertThrows(IllegalStateException.class, secret::octets);
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
