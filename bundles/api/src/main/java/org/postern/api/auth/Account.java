package org.postern.api.auth;

/**
 * Somebody whose mail this is.
 *
 * @param name the account's name as the backend knows it, which need not be the name as typed
 * @param backend the name of the authenticator that vouched for it
 */
public record Account(UserName name, String backend) {}
