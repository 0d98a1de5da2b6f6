package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.postern.benchmarks.corpus.Corpus;

/**
 * One server's mail: copies of a corpus, with the times of their originals, since popa3d distrusts
 * an mbox that changed in the same second.
 *
 * @param spool has one file or directory an account, named as it
 * @param owner the uid of an account's mail
 */
record Mailboxes(Path corpora, Path spool, Format format, IntUnaryOperator owner) {

    /** Gives an account a new copy, whatever it had. */
    void place(int account, Corpus corpus, int user) throws IOException, InterruptedException {
        corpus.make(corpora);
        Path from =
                format == Format.MBOX ? corpus.mbox(corpora, user) : corpus.maildir(corpora, user);
        remove(account);
        int uid = owner.applyAsInt(account);
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path original : (Iterable<Path>) tree::iterator) {
                copy(original, of(account).resolve(from.relativize(original).toString()), uid);
            }
        }
    }

    private static void copy(Path original, Path copy, int uid) throws IOException {
        Files.copy(original, copy, StandardCopyOption.COPY_ATTRIBUTES);
        Files.setAttribute(copy, "unix:uid", uid);
        Files.setAttribute(copy, "unix:gid", Accounts.SHARED);
        String mode = Files.isDirectory(copy) ? "rwx------" : "rw-------";
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString(mode));
    }

    /** To accounts in a row, from a corpus's users in turns. */
    void placeAll(int first, int count, Corpus corpus) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            place(first + i, corpus, 1 + i % corpus.users());
        }
    }

    void remove(int account) throws IOException, InterruptedException {
        if (Files.isRegularFile(of(account))) {
            Files.delete(of(account));
        } else if (Files.exists(of(account))) {
            Commands.run("rm", "-rf", of(account).toString());
        }
    }

    private Path of(int account) {
        return spool.resolve("u" + account);
    }
}
