/**
 * mbox files, read and rewritten the way popa3d does it. From the bottom up: {@code LineFeeds} and
 * {@code EmptyLines} search octets, {@code MboxScanner} cuts them into messages, {@code FilePass}
 * feeds it from a file in slices; {@code LockWait}, {@code StableScan} and {@code ForeignChange}
 * are stages that say how long to wait; {@code Opening}, {@code Reading}, {@code Expunging} and
 * {@code Appending} string them together.
 */
package org.postern.mailbox.mbox.internal;
