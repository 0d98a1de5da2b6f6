package org.postern.helper.client.internal;

import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.api.posix.FileHandle;
import org.postern.api.posix.FileStatus;
import org.postern.api.posix.ReceivedDescriptor;

/** A descriptor that came, counted until it or the handle that it became is closed. */
final class CountedDescriptor implements ReceivedDescriptor {
    private final AtomicInteger open;
    private final FileStatus status;
    private boolean gone;

    CountedDescriptor(AtomicInteger open, FileStatus status) {
        this.open = open;
        this.status = status;
        open.incrementAndGet();
    }

    @Override
    public FileStatus status() {
        return status;
    }

    @Override
    public FileHandle takeFile() {
        take();
        CountedDescriptor taken = new CountedDescriptor(open, status);
        open.decrementAndGet();
        return (FileHandle)
                Proxy.newProxyInstance(
                        FileHandle.class.getClassLoader(),
                        new Class<?>[] {FileHandle.class},
                        (proxy, method, arguments) -> {
                            if (method.getName().equals("close")) {
                                taken.close();
                                return null;
                            }
                            return status;
                        });
    }

    private void take() {
        if (gone) {
            throw new IllegalStateException("taken or closed before");
        }
        gone = true;
    }

    @Override
    public int takeNumber() {
        take();
        open.decrementAndGet();
        return 1;
    }

    @Override
    public void close() {
        if (!gone) {
            gone = true;
            open.decrementAndGet();
        }
    }
}
