/**
 * What is claimed, how a measurement is judged, and how the outcome is shown. Knows nothing of
 * clusters: must not import {@code io.phial.demo} or anything below it.
 */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.claim;
