package org.postern.auth.virtual.internal;

import org.postern.api.auth.UserName;
import org.postern.api.storage.MailLocation;

/** One line of the users file. */
record User(UserName name, PasswordHash hash, MailLocation mail) {}
