/**
 * The mechanisms. Each is a service with one exchange a login; what several need, the settings and
 * the time at which failures are answered, is a component of its own.
 */
package org.postern.sasl.internal;
