/**
 * Clients that mean ill, for any POP3 server: {@code bin/hostile}. Each {@link
 * org.postern.hostile.Scenario} attacks for a while and checks what the server must do; meanwhile
 * another process logs in from other addresses, and what that takes is compared with what it took
 * before.
 */
package org.postern.hostile;
