/**
 * The QoS bench: seeded and recorded traces, every detector over the same beats, and the metrics of
 * Chen, Toueg and Aguilera 2002. Everything here is virtual time; must not import {@code
 * io.phial.demo} or {@code io.phial.node}.
 */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.qos;
