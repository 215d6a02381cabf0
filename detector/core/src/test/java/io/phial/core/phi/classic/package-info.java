/** Tests of the classic detectors. */
@org.jspecify.annotations.NullMarked
package io.phial.core.phi.classic;
