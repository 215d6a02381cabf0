package io.phial.chaos.sim;

import io.phial.core.member.MemberEvent;
import io.phial.core.member.MemberState;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells what happens in a world, one line each, for people. */
final class Narrator {
  private final @Nullable Consumer<String> out;

  private Narrator(@Nullable Consumer<String> out) {
    this.out = out;
  }

  /** Says nothing. */
  static Narrator silent() {
    return new Narrator(null);
  }

  static Narrator to(Consumer<String> out) {
    return new Narrator(out);
  }

  boolean isOn() {
    return out != null;
  }

  void say(long nowNanos, String line) {
    if (out != null) {
      out.accept(String.format(Locale.ROOT, "%9.3f  %s", nowNanos / 1e9, line));
    }
  }

  void say(long nowNanos, SimNode observer, MemberEvent event) {
    MemberState from = event.from();
    String line =
        String.format(
            Locale.ROOT,
            "%s: %s %s -> %s, incarnation %d, phi %.1f: %s",
            observer.id,
            event.node().id(),
            from == null ? "unknown" : from,
            event.to(),
            event.incarnation(),
            event.phi(),
            event.reason());
    say(nowNanos, line);
  }
}
