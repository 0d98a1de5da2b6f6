package org.postern.mailbox.maildir.internal;

/**
 * What another server left in a Maildir of its unique-ids, line by line. Its user, and who took his
 * account, can write whatever they like there: a line that is not to the letter what that server
 * writes says nothing, and no line says anything of a message that is not there.
 */
interface ForeignList {

    /** Takes the first line; whether the file is such a list. */
    boolean begin(Line header);

    /** Takes one more line. */
    void add(Line line, ListedIds ids);
}
