/**
 * The SDK of a program that heart-beats: {@link io.phial.client.Phial}. Depends on the core only.
 *
 * <p>The protocol is in state machines without sockets, threads or clocks ({@code UdpBeater},
 * {@code TcpBeater}); one daemon thread ({@code BeatLoop}) serves all clients of the process.
 */
@org.jspecify.annotations.NullMarked
package io.phial.client;
