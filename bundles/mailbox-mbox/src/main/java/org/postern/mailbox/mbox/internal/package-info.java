/**
 * mbox files, read and rewritten the way popa3d does it. From the bottom up: a {@code ScanBlock}
 * knows where its {@code LineFeeds} are, {@code EmptyLines} searches them, {@code MboxScanner} cuts
 * a file into messages, {@code FilePass} feeds it in slices; {@code LockWait}, {@code StableScan}
 * and {@code ForeignChange} are stages that say how long to wait; {@code Opening}, {@code Reading},
 * {@code Expunging} and {@code Appending} string them together.
 */
package org.postern.mailbox.mbox.internal;
