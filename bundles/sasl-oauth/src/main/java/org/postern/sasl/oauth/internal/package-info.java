/**
 * OAUTHBEARER (RFC 7628) and XOAUTH2: logging in with an access token. Whether a token is good, and
 * whose it is, says an authorization server, when asked (RFC 7662) or by its signature (RFC 9068).
 */
package org.postern.sasl.oauth.internal;
