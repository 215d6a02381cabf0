/** Counters and gauges. */
@org.jspecify.annotations.NullMarked
package io.phial.node.metrics;
