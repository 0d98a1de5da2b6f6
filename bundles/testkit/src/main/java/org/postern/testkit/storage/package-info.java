/**
 * The contract of {@link org.postern.api.storage.MailStorage}, as tests: an implementation's tests
 * extend {@link org.postern.testkit.storage.MboxStorageContract} and {@link
 * org.postern.testkit.storage.MaildirStorageContract} and supply a {@link
 * org.postern.testkit.storage.StorageFixture}, which plays the other programs that have their hands
 * on the files.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.storage;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
