/** How connections of clients are listened for: the kernel's options, and TLS. */
@org.jspecify.annotations.NullMarked
package io.phial.node.sockets;
