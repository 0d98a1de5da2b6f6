/**
 * System users by PAM. Nothing here loads a PAM module: the privileged helper does, in a process
 * that lives for one login; this is the name under which it is asked.
 */
package org.postern.auth.pam.internal;
