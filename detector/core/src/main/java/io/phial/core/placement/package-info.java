/** Which node owns which slot of clients, as a pure function of the roster. */
@org.jspecify.annotations.NullMarked
package io.phial.core.placement;
