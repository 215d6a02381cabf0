/**
 * The detectors of the literature behind one small interface, and ours beside them, for users and
 * benchmarks that compare. One object judges one sender; nothing here is on the path of a beat.
 */
@org.jspecify.annotations.NullMarked
package io.phial.core.phi.classic;
