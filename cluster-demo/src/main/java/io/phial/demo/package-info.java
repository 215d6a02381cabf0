/**
 * The demo: node processes, client processes and a fleet on loopback, faults on purpose, and a book
 * of who said what about whom. {@link io.phial.demo.DemoCluster} is the part that other modules
 * build on. Imports the node only to know how to start it as a process of its own.
 */
@org.jspecify.annotations.NullMarked
package io.phial.demo;
