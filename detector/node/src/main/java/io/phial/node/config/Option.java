package io.phial.node.config;

import java.util.Locale;

/**
 * One setting: its name in files, its environment name, its bound and its default. Immutable.
 *
 * @param <T> the value
 */
public final class Option<T> {
  private final String name;
  private final Kind<T> kind;
  private final String defaultText;
  private final boolean secret;

  Option(String name, Kind<T> kind, String defaultText, boolean secret) {
    this.name = name;
    this.kind = kind;
    this.defaultText = defaultText;
    this.secret = secret;
  }

  /** Its name in files, messages and after {@code --set}: {@code gossip.port}. */
  public String name() {
    return name;
  }

  /** Its name in the environment: {@code PHIAL_GOSSIP_PORT}. */
  public String environmentName() {
    return Options.ENVIRONMENT_PREFIX
        + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** The default as one would write it in a file; empty when there is none. */
  public String defaultText() {
    return defaultText;
  }

  /** Completes the sentence "the option must be …". */
  public String bound() {
    return kind.bound();
  }

  /** True when its value is never shown. */
  public boolean isSecret() {
    return secret;
  }

  Kind<T> kind() {
    return kind;
  }

  @Override
  public String toString() {
    return name;
  }
}
