/** The clients of one shard: records, timing wheel, verdicts and their reasons. */
@org.jspecify.annotations.NullMarked
package io.phial.core.registry;
