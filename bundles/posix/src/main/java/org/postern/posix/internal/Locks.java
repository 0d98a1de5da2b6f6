package org.postern.posix.internal;

import java.util.EnumSet;
import java.util.Set;
import org.postern.api.posix.LockKind;
import org.postern.api.posix.LockMode;
import org.postern.api.posix.PosixException;

/**
 * The locks of one open file description. After an attempt that failed none of the kinds it asked
 * for is held, whatever was held before: flock(2) gives up the old mode to try the new one, so
 * keeping it cannot be promised, and "maybe" is no state for a lock.
 */
final class Locks {
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int LOCK_UN = 8;

    // struct flock: l_type, l_whence, l_start, l_len, l_pid; 0 everywhere but in the first means
    // the whole file, and is what F_OFD_SETLK demands of l_pid.
    private static final int FLOCK_SIZE = 32;

    private final SystemCalls calls;
    private final Set<LockKind> held = EnumSet.noneOf(LockKind.class);

    Locks(SystemCalls calls) {
        this.calls = calls;
    }

    synchronized boolean tryLock(int descriptor, LockMode mode, Set<LockKind> kinds)
            throws PosixException {
        boolean granted = false;
        try {
            granted = takeAll(descriptor, mode, kinds);
        } finally {
            if (!granted) {
                release(descriptor, kinds);
            }
        }
        return granted;
    }

    synchronized void unlock(int descriptor) throws PosixException {
        release(descriptor, EnumSet.allOf(LockKind.class));
    }

    // FCNTL before FLOCK: the order of the constants.
    private boolean takeAll(int descriptor, LockMode mode, Set<LockKind> kinds)
            throws PosixException {
        for (LockKind kind : LockKind.values()) {
            if (kinds.contains(kind)) {
                boolean granted =
                        switch (kind) {
                            case FCNTL ->
                                    fcntl(descriptor, mode == LockMode.SHARED ? F_RDLCK : F_WRLCK);
                            case FLOCK ->
                                    flock(descriptor, mode == LockMode.SHARED ? LOCK_SH : LOCK_EX);
                        };
                if (!granted) {
                    return false;
                }
                held.add(kind);
            }
        }
        return true;
    }

    private void release(int descriptor, Set<LockKind> kinds) throws PosixException {
        if (kinds.contains(LockKind.FLOCK) && held.remove(LockKind.FLOCK)) {
            flock(descriptor, LOCK_UN);
        }
        if (kinds.contains(LockKind.FCNTL) && held.remove(LockKind.FCNTL)) {
            fcntl(descriptor, F_UNLCK);
        }
    }

    private boolean fcntl(int descriptor, short type) throws PosixException {
        try (NativeMemory lock = NativeMemory.ofSize(FLOCK_SIZE)) {
            lock.putShort(0, type);
            return calls.fcntlLock(descriptor, lock);
        }
    }

    private boolean flock(int descriptor, int operation) throws PosixException {
        return calls.flock(descriptor, operation | LOCK_NB);
    }
}
