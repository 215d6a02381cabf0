package io.phial.node.config;

/** How far apart two names are. */
final class Spelling {
  private static final int CHARACTERS_MAX = 100;

  private Spelling() {}

  /**
   * Insertions, deletions and replacements between two names (Levenshtein 1966). Only the first
   * {@value #CHARACTERS_MAX} characters count, which bounds the time.
   */
  static int distance(String left, String right) {
    String a = left.substring(0, Math.min(left.length(), CHARACTERS_MAX));
    String b = right.substring(0, Math.min(right.length(), CHARACTERS_MAX));
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = above[0];
      above[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = above[j];
        above[j] = Math.min(replaced, 1 + Math.min(above[j], above[j - 1]));
      }
    }
    return above[b.length()];
  }
}
