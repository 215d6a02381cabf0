/** Tests of the arrival model. */
@org.jspecify.annotations.NullMarked
package io.phial.core.phi;
