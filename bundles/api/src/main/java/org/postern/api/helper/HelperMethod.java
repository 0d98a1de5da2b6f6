package org.postern.api.helper;

/** How the helper checks a password. */
public enum HelperMethod {
    /** getspnam(3) and crypt(3), account expiry honoured. */
    SHADOW,
    /** A PAM stack: authentication and account management. */
    PAM,
    /** popa3d's virtual hosts: users of the address that the client connected to. */
    VHOME
}
