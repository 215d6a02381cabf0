package io.phial.node.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which Phial this is, from a resource that the build filled in; the same in jars and IDEs. */
public final class Version {
  private static final String TEXT = read();

  private Version() {}

  /** The version, or {@code development} when the build did not fill it in. */
  public static String text() {
    return TEXT;
  }

  private static String read() {
    try (InputStream resource = Version.class.getResourceAsStream("version.properties")) {
      if (resource == null) {
        return "development";
      }
      Properties properties = new Properties();
      properties.load(resource);
      String version = properties.getProperty("version", "");
      return version.isEmpty() || version.startsWith("$") ? "development" : version;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
