/** Load on purpose: processes that keep the cores busy for a bounded time. */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.load;
