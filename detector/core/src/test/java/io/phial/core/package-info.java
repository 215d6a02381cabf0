/** Tests that hold for the whole core. */
@org.jspecify.annotations.NullMarked
package io.phial.core;
