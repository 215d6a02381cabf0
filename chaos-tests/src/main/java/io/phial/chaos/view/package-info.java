/**
 * The area {@code view}: slots, takeovers and the log of events, under the load of many clients.
 */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.view;
