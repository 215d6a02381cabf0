package io.phial.core.member;

import io.phial.core.wire.EvidenceKind;
import org.jspecify.annotations.Nullable;

/**
 * What one observer last said about a subject.
 *
 * @param kind on what it accuses; null when it vouches
 * @param incarnation of the subject
 * @param phi the observer's own suspicion
 * @param sequence the last beat that it heard
 * @param atNanos when this was heard here
 */
record Vote(
    @Nullable EvidenceKind kind, long incarnation, double phi, long sequence, long atNanos) {
  boolean isVouch() {
    return kind == null;
  }

  boolean isRefused() {
    return kind == EvidenceKind.REFUSED;
  }
}
