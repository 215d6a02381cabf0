/** The area {@code job}: the main job end to end, on a demo cluster of real processes. */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.job;
