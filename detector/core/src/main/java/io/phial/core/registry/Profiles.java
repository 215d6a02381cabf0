package io.phial.core.registry;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The profiles of a cluster by number. Number 0 is that of clients without one; a number that
 * nobody configured counts as 0. Immutable and thread-safe.
 */
public final class Profiles {
  private final List<Profile> profiles;

  Profiles(Profile first, List<Profile> others) {
    List<Profile> all = new ArrayList<>();
    all.add(first);
    all.addAll(others);
    if (all.size() > ClientSpec.PROFILE_MAX + 1) {
      throw new IllegalArgumentException(
          "profiles must be at most " + ClientSpec.PROFILE_MAX + ", was " + others.size());
    }
    long names = all.stream().map(Profile::name).distinct().count();
    if (names < all.size()) {
      throw new IllegalArgumentException("names of profiles must be different");
    }
    profiles = List.copyOf(all);
  }

  /** The profile of a number. */
  public Profile of(int number) {
    return profiles.get(number > 0 && number < profiles.size() ? number : 0);
  }

  /** How many there are, the one without a name included. */
  public int size() {
    return profiles.size();
  }

  /** The number of a name, or -1. */
  public int number(String name) {
    for (int i = 0; i < profiles.size(); i++) {
      if (profiles.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The number for a client.
   *
   * @param name what the client says; null or empty when it says nothing, and then the longest
   *     prefix of its id that a profile claims decides
   * @return 0 also when nobody knows the name
   */
  public int choose(@Nullable String name, String id) {
    return name == null || name.isEmpty() ? ofId(id) : Math.max(0, number(name));
  }

  private int ofId(String id) {
    int best = 0;
    int length = 0;
    for (int i = 1; i < profiles.size(); i++) {
      for (String prefix : profiles.get(i).idPrefixes()) {
        if (prefix.length() > length && id.startsWith(prefix)) {
          best = i;
          length = prefix.length();
        }
      }
    }
    return best;
  }
}
