/** Whole-system tests with real users, run as root on what the build has made. */
package org.postern.itests.root;
