/**
 * popa3d's virtual hosts. Which users there are depends on the address that the client connected
 * to; the privileged helper finds and checks them; this is the name under which it is asked.
 */
package org.postern.auth.vhome.internal;
