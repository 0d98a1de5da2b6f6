/**
 * The Java end of the helper's socket. A login costs a connection and no thread; an accepted one's
 * connection becomes the way to the mail. What the helper says is checked whole before any of it is
 * looked at, and anything odd ends that one connection.
 */
package org.postern.helper.client.internal;
