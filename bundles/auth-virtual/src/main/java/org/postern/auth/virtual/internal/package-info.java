/**
 * Virtual users: names, password hashes and mail locations in one passwd-like file, all mail
 * belonging to the server's own user. A login is checked on a small pool of threads; a login that
 * fails is answered at a fixed time after it was asked for, whatever the reason.
 */
package org.postern.auth.virtual.internal;
