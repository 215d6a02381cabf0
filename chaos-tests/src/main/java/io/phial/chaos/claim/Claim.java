package io.phial.chaos.claim;

/**
 * One sentence that Phial says about itself and the number that makes it checkable.
 *
 * @param area the part it belongs to
 * @param text the sentence; the bound and the unit complete it
 * @param bound what the measured number must respect
 * @param unit of the bound and of the measured number, for example {@code ms}
 */
public record Claim(String area, String text, Bound bound, String unit) {
  /** Checks that area and sentence are there. */
  public Claim {
    if (area.isBlank()) {
      throw new IllegalArgumentException("area must not be blank");
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("text must not be blank");
    }
  }
}
