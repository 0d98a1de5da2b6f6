/**
 * The plain Java way to the operating system, for the tests of other bundles, which have no service
 * registry. Not exported: inside a container {@link org.postern.api.posix.Posix} is a service.
 */
package org.postern.posix;
