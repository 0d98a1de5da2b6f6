/**
 * The plain Java way to the helper, for the tests of other modules, which have no service registry.
 * Not exported: inside a container {@link org.postern.api.helper.Helper} is a service.
 */
package org.postern.helper.client;
