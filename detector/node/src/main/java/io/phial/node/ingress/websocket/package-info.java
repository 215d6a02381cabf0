/** Beats over WebSocket. */
@org.jspecify.annotations.NullMarked
package io.phial.node.ingress.websocket;
