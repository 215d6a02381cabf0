/** Frames and addresses as they go over the network: bounded encoding and decoding, no sockets. */
@org.jspecify.annotations.NullMarked
package io.phial.core.wire;
