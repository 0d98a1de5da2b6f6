/**
 * System users by /etc/shadow. Nothing here reads it: the privileged helper does, checks one
 * password for each login, and becomes that user; this is the name under which it is asked.
 */
package org.postern.auth.shadow.internal;
