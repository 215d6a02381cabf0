/**
 * JMH benchmarks of the paths that every beat takes. {@code docs/benchmarks.md} says how to run.
 */
@org.jspecify.annotations.NullMarked
package io.phial.bench;
