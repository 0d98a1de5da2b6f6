/** Mail storage on files that the JVM's own user may open. */
package org.postern.storage.local.internal;
