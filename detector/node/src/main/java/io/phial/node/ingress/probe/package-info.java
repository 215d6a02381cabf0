/** Probes of things that do not beat by themselves. */
@org.jspecify.annotations.NullMarked
package io.phial.node.ingress.probe;
