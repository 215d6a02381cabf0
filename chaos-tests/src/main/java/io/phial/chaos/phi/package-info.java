/** The area {@code phi}: what is claimed of the calibrated detector and of the shard around it. */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.phi;
