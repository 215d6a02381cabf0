/** Arrival estimates, survival curves, suspicion (phi) and its deadline form. */
@org.jspecify.annotations.NullMarked
package io.phial.core.phi;
