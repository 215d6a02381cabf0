/** A way into Cassandra's package-private failure detector; nothing else. */
@org.jspecify.annotations.NullMarked
package org.apache.cassandra.gms;
