/** The algorithms of Phial: no sockets, no threads, no clock, no randomness of their own. */
@org.jspecify.annotations.NullMarked
package io.phial.core;
