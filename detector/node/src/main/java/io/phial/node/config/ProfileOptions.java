package io.phial.node.config;

import io.phial.core.registry.ClientSpec;
import io.phial.core.registry.Profile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The options of profiles, {@code profiles.<name>.<key>}: those of the four that are always there,
 * and of further ones that {@code profiles.custom} names. A further one begins with the defaults of
 * {@code service}.
 */
final class ProfileOptions {
  static final String PREFIX = "profiles.";
  static final String LIST = "profiles.custom";
  static final String MODEL = "service";

  /** Names of the profiles that are always there, by number from 1 on. */
  static final List<String> NAMES = List.of("game", MODEL, "im", "iot");

  static final int CUSTOM_MAX = ClientSpec.PROFILE_MAX - NAMES.size();

  private static final int IDS_MAX = 32;

  /** One key: its kind, and its default in each of {@link #NAMES}. */
  record Key<T>(String name, Kind<T> kind, List<String> defaults) {}

  static final Key<Duration> INTERVAL_MIN =
      duration("interval-min", "10ms", "1d", "250ms", "500ms", "20s", "1m");
  static final Key<Duration> INTERVAL_MAX =
      duration("interval-max", "10ms", "1d", "2s", "10s", "5m", "1h");
  static final Key<Duration> DETECTION_TARGET =
      duration("detection-target", "100ms", "7d", "4s", "6s", "4m", "20m");
  static final Key<Double> SUSPECT_PHI =
      new Key<>("suspect-phi", Kinds.decimal(1, 16), List.of("3", "4", "4", "4"));
  static final Key<Double> DEAD_PHI =
      new Key<>("dead-phi", Kinds.decimal(1, 1000), List.of("6", "8", "8", "8"));
  static final Key<Double> MISSED_MIN =
      new Key<>("missed-beats-min", Kinds.decimal(1, 1000), List.of("3", "4", "3", "3"));
  static final Key<Duration> SILENCE_MIN =
      duration("silence-min", "0s", "1d", "1s", "2s", "10s", "10s");
  static final Key<Duration> BACKGROUND =
      duration("background-interval", "0s", "1d", "30s", "0s", "4m", "0s");
  static final Key<Integer> PAYLOAD_MAX =
      new Key<>("payload-bytes-max", Kinds.integer(0, 4096), List.of("64", "256", "256", "256"));
  static final Key<List<String>> IDS =
      new Key<>("ids", Kinds.prefixes(IDS_MAX), List.of("", "", "", ""));

  /** All keys in the order of the documentation. */
  static final List<Key<?>> KEYS =
      List.of(
          INTERVAL_MIN,
          INTERVAL_MAX,
          DETECTION_TARGET,
          SUSPECT_PHI,
          DEAD_PHI,
          MISSED_MIN,
          SILENCE_MIN,
          BACKGROUND,
          PAYLOAD_MAX,
          IDS);

  private ProfileOptions() {}

  private static Key<Duration> duration(String name, String min, String max, String... defaults) {
    return new Key<>(name, Kinds.duration(min, max), List.of(defaults));
  }

  /** The options of one profile. */
  static List<Option<?>> of(String profile) {
    List<Option<?>> options = new ArrayList<>();
    for (Key<?> key : KEYS) {
      options.add(option(profile, key));
    }
    return options;
  }

  private static <T> Option<T> option(String profile, Key<T> key) {
    int known = NAMES.indexOf(profile);
    String defaultText = key.defaults().get(known < 0 ? NAMES.indexOf(MODEL) : known);
    return new Option<>(PREFIX + profile + "." + key.name(), key.kind(), defaultText, false);
  }

  /** The option of a further profile by this name, whether or not the profile is listed. */
  static Optional<Option<?>> byName(String name) {
    String profile = profileOf(name);
    if (!Profile.isName(profile)) {
      return Optional.empty();
    }
    return of(profile).stream().filter(option -> option.name().equals(name)).findFirst();
  }

  /** The profile that the name of an option speaks of, or an empty text. */
  static String profileOf(String name) {
    int dot = name.lastIndexOf('.');
    return name.startsWith(PREFIX) && dot > PREFIX.length()
        ? name.substring(PREFIX.length(), dot)
        : "";
  }

  /** True for the name of a profile that is not there by itself. */
  static boolean isCustom(String profile) {
    return Profile.isName(profile)
        && !NAMES.contains(profile)
        && !profile.equals(Profile.DEFAULT_NAME)
        && !profile.equals("custom");
  }

  /** The options of listed profiles, by environment name. */
  static Map<String, Option<?>> byEnvironmentName(List<String> profiles) {
    Map<String, Option<?>> found = new LinkedHashMap<>();
    profiles.forEach(
        profile -> of(profile).forEach(option -> found.put(option.environmentName(), option)));
    return found;
  }

  /** Reads one profile from values that each passed their own bound. */
  static Profile read(String name, Function<String, Object> values) {
    Reader from = new Reader(name, values);
    return new Profile(
        name,
        from.get(INTERVAL_MIN).toNanos(),
        from.get(INTERVAL_MAX).toNanos(),
        from.get(DETECTION_TARGET).toNanos(),
        from.get(SUSPECT_PHI),
        from.get(DEAD_PHI),
        from.get(MISSED_MIN),
        from.get(SILENCE_MIN).toNanos(),
        from.get(BACKGROUND).toNanos(),
        from.get(PAYLOAD_MAX),
        from.get(IDS));
  }

  /** The values of one profile. */
  record Reader(String profile, Function<String, Object> values) {
    // Each value was put there by the option's own kind.
    @SuppressWarnings("unchecked")
    <T> T get(Key<T> key) {
      return (T) values.apply(PREFIX + profile + "." + key.name());
    }

    <T> Option<T> option(Key<T> key) {
      return ProfileOptions.option(profile, key);
    }
  }
}
