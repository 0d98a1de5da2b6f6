/**
 * The contracts of storage, mailbox formats and backends over a real helper of root's, with real
 * logins. Run by src/test/root/contracts, as the user that the helper's {@code peer} names; this
 * user's are also the mail accounts' files, so that tests may put anything in their place.
 */
package org.postern.itests.helper;
