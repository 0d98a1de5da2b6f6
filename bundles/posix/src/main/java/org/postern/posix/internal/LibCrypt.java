package org.postern.posix.internal;

/** The one function of libcrypt, mapped in {@link NativeLibrary}. */
public interface LibCrypt {
    /** crypt_r(3): the address of the hash, inside the data, or 0. */
    long cryptR(long phrase, long setting, long data);
}
