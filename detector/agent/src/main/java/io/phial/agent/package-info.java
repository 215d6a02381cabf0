/**
 * The agent: watches the program beside it, beats for it, and answers on the loopback which peers
 * are alive. Depends on the client SDK only; neither Vert.x nor Hazelcast is on its class path.
 */
@org.jspecify.annotations.NullMarked
package io.phial.agent;
