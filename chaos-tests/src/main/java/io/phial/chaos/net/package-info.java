/** Hosts and links on this machine: network namespaces, and faults of the links between them. */
package io.phial.chaos.net;
