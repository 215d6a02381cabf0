package io.phial.node.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The wish to stop: SIGTERM, SIGINT or SIGHUP. The first asks for a graceful stop; a second ends
 * the process at once.
 *
 * <p>A shutdown hook alone would not do: the JVM ends with 143 whatever the hook does, and ignores
 * a second signal while hooks run. The JDK's own handler of signals is not part of its published
 * interface and so is reached by reflection; where it is missing or the JVM runs with {@code -Xrs},
 * a shutdown hook takes its place.
 */
final class StopSignals {
  private static final List<String> NAMES = List.of("TERM", "INT", "HUP");
  private static final int SIGNALLED = 128;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final boolean isOfProcess;

  private StopSignals(boolean isOfProcess) {
    this.isOfProcess = isOfProcess;
  }

  /** Follows the signals of this process once installed. */
  static StopSignals ofProcess() {
    return new StopSignals(true);
  }

  /** Follows only {@link #request}. */
  static StopSignals onRequest() {
    return new StopSignals(false);
  }

  /**
   * Begins to listen.
   *
   * @param stopMillisMax a hook waits at most this long for {@link #finished}
   */
  void install(long stopMillisMax) {
    if (!isOfProcess) {
      return;
    }
    for (String name : NAMES) {
      try {
        handle(name);
      } catch (ReflectiveOperationException | IllegalArgumentException e) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopInHook(stopMillisMax)));
        return;
      }
    }
  }

  /** Asks for a graceful stop. */
  void request() {
    requested.countDown();
  }

  /** Waits until a stop is wanted. */
  void await() throws InterruptedException {
    requested.await();
  }

  /** True once a stop is wanted. */
  boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** The graceful stop is over. */
  void finished() {
    finished.countDown();
  }

  private void handle(String name) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    Object signal = signalType.getConstructor(String.class).newInstance(name);
    int number = (int) signalType.getMethod("getNumber").invoke(signal);
    Object handler =
        Proxy.newProxyInstance(
            StopSignals.class.getClassLoader(),
            new Class<?>[] {handlerType},
            (proxy, method, args) -> method.getName().equals("handle") ? onSignal(number) : null);
    try {
      signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException("signal " + name + " is taken", e);
    }
  }

  private @Nullable Object onSignal(int number) {
    if (isRequested()) {
      Runtime.getRuntime().halt(SIGNALLED + number);
    }
    request();
    return null;
  }

  private void stopInHook(long stopMillisMax) {
    request();
    try {
      finished.await(stopMillisMax, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
