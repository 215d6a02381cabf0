package io.phial.core.member;

import io.phial.core.wire.EvidenceKind;
import io.phial.core.wire.Rumour;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The sentences that explain verdicts. */
final class Reasons {
  private static final String SAID_GOODBYE = "said goodbye";

  private Reasons() {}

  static String accused(MemberOptions options, Peer subject, Judge.Tally tally, long nowNanos) {
    return silence(options, subject, nowNanos) + "; " + accusers(tally, " accuses", " accuse");
  }

  static String convicted(MemberOptions options, Peer subject, Judge.Tally tally, long nowNanos) {
    String who = accusers(tally, " observed it", " agree");
    if (tally.refused == 0) {
      return silence(options, subject, nowNanos) + "; " + who + "; evidence: silence";
    }
    return "port refused to "
        + tally.refused
        + " of "
        + tally.eligible
        + " observers; "
        + silence(options, subject, nowNanos)
        + "; "
        + who
        + "; evidence: probe refused";
  }

  static String acquitted(Peer subject, @Nullable String voucher, String self, long nowNanos) {
    if (voucher != null && !voucher.equals(self)) {
      return voucher + " vouches for it" + quiet(subject, nowNanos);
    }
    return voucher == null ? "nobody accuses it any more" : "beats are heard again";
  }

  private static String quiet(Peer subject, long nowNanos) {
    long silence = subject.silenceNanos(nowNanos);
    return silence < 0 ? "" : " (not heard here for " + seconds(silence) + ")";
  }

  static String beatsAgain(long silenceNanos) {
    return "beats again after " + seconds(silenceNanos) + " of silence";
  }

  static String told(Rumour.Verdict verdict, String by) {
    if (verdict.observers() == 0) {
      return held(by, verdict.kind());
    }
    return "silent for "
        + seconds(verdict.silenceMillis() * 1_000_000)
        + "; "
        + verdict.observers()
        + " observers agree; evidence: "
        + name(verdict.kind())
        + "; told by "
        + by;
  }

  static String held(String by, EvidenceKind kind) {
    return by + " holds it so; evidence: " + name(kind);
  }

  private static String name(EvidenceKind kind) {
    return kind == EvidenceKind.REFUSED ? "probe refused" : "silence";
  }

  static String frail(int lossPercent, int callers, int eligible) {
    return lossPercent
        + " % of its beats get lost here; "
        + callers
        + " of "
        + eligible
        + " observers lose most of them";
  }

  static String frail(Rumour.Frail rumour, String by) {
    return rumour.observers()
        + " observers lose most of its beats, "
        + rumour.lossPercent()
        + " % at "
        + rumour.observer()
        + "; told by "
        + by;
  }

  static String frailNoMore(int lossPercent) {
    return "most of its beats arrive again, " + lossPercent + " % get lost here";
  }

  static String frailNoMore(String by) {
    return "most of its beats arrive again; told by " + by;
  }

  static String frailForgotten() {
    return "nobody says any more that its beats get lost";
  }

  static String joined(long birth) {
    return "joined with incarnation " + birth;
  }

  static String returned(long incarnation) {
    return "returned with incarnation " + incarnation;
  }

  static String replaced(long incarnation) {
    return "its process was replaced by one with incarnation " + incarnation;
  }

  static String evicted(String by) {
    return "its address now belongs to " + by;
  }

  static String goodbye() {
    return SAID_GOODBYE;
  }

  private static String silence(MemberOptions options, Peer subject, long nowNanos) {
    long silence = subject.silenceNanos(nowNanos);
    if (silence < 0) {
      return "not observed here";
    }
    long missed = silence / options.intervalNanos();
    return String.format(
        Locale.ROOT,
        "silent for %s, a beat every %d ms expected, %d missed",
        seconds(silence),
        options.intervalNanos() / 1_000_000,
        missed);
  }

  private static String accusers(Judge.Tally tally, String one, String several) {
    List<String> names = tally.names;
    String list = String.join(", ", names.subList(0, Math.min(8, names.size())));
    return String.format(
        Locale.ROOT,
        "%s%s (%d of %d observers, phi %.1f)",
        list,
        names.size() == 1 ? one : several,
        names.size(),
        tally.eligible,
        tally.phi);
  }

  private static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.1f s", nanos / 1e9);
  }
}
