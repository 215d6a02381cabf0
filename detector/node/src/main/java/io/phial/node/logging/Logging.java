package io.phial.node.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.phial.node.config.LogFormat;
import io.phial.node.config.LogLevel;
import io.phial.node.config.NodeConfig;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up for a process. Lines go to one stream, which is stderr: stdout belongs to data.
 */
public final class Logging implements AutoCloseable {
  private static final String OWN = "io.phial";
  private static final String HAZELCAST = "com.hazelcast";
  private static final String APPENDER = "phial";
  private static final Duration FLUSH_MAX = Duration.ofSeconds(1);

  private final QueueAppender appender;

  private Logging(QueueAppender appender) {
    this.appender = appender;
  }

  /**
   * Replaces whatever was set up before.
   *
   * @param settings format and levels
   * @param out where lines go; not closed
   */
  public static Logging configure(NodeConfig.Log settings, OutputStream out) {
    // Hazelcast would log to java.util.logging.
    if (System.getProperty("hazelcast.logging.type") == null) {
      System.setProperty("hazelcast.logging.type", "slf4j");
    }
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    QueueAppender appender =
        new QueueAppender(
            settings.format() == LogFormat.JSON ? new JsonLine() : new TextLine(), out);
    appender.setContext(context);
    appender.setName(APPENDER);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(settings.librariesLevel()));
    root.addAppender(appender);
    if (settings.librariesLevel() == LogLevel.WARN) {
      // At WARN Hazelcast tells each lost or strange connection with a stack trace: whoever can
      // reach its port could fill the
      // log, and every death of a node does.
      context.getLogger(HAZELCAST).setLevel(Level.ERROR);
    }
    context.getLogger(OWN).setLevel(level(settings.level()));
    return new Logging(appender);
  }

  /** Waits until every line so far is written, at most a second. */
  public void flush() {
    appender.flush(FLUSH_MAX);
  }

  /** Lines that were lost because they came faster than they could be written. */
  public long droppedLines() {
    return appender.dropped();
  }

  /** Writes what is left, at most for a second, and stops. */
  @Override
  public void close() {
    flush();
    appender.stop();
  }

  private static Level level(LogLevel level) {
    return Level.toLevel(level.name());
  }
}
