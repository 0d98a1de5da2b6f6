package org.postern.api.storage;

import org.postern.api.posix.FileName;

/**
 * Names a file of a Maildir.
 *
 * @param directory which of its directories
 * @param name the file's name there
 */
public record MailEntry(MailDirectory directory, FileName name) {}
