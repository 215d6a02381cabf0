/** The command {@code phial-chaos}: re-measures what Phial claims. */
@org.jspecify.annotations.NullMarked
package io.phial.chaos;
