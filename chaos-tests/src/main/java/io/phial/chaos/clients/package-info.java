/** What is claimed about clients that others wrote, measured with their real programs. */
@org.jspecify.annotations.NullMarked
package io.phial.chaos.clients;
