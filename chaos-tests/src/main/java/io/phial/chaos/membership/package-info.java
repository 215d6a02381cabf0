/** What Phial claims about nodes that watch nodes. */
package io.phial.chaos.membership;
