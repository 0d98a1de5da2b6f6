package org.postern.api.storage;

/**
 * One renaming of a batch, atomic by itself.
 *
 * @param from what is there
 * @param to what it becomes; it must not exist
 */
public record Renaming(MailEntry from, MailEntry to) {}
