/**
 * What every authentication backend must do, as tests to run: implement {@link
 * org.postern.testkit.auth.AuthenticatorContract} in a test class. Whom a backend knows is its own
 * affair; that it always answers, in time, the same way for an unknown name and a wrong password,
 * and that nothing leaks from an acceptance nobody used, is not.
 *
 * <p>Nothing here waits for the time of day: {@link org.postern.testkit.auth.ManualTime} is a timer
 * that moves when a test moves it.
 */
@Export
@Version("1.0.0")
package org.postern.testkit.auth;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
