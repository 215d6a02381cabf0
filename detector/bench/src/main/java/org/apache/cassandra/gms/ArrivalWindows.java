package org.apache.cassandra.gms;

import java.lang.reflect.Field;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.apache.cassandra.config.DatabaseDescriptor;

/**
 * Opens Cassandra's package-private detector to the benchmarks. The class around it wants a running
 * detector of a whole node when it is loaded; it gets one that does nothing.
 */
@SuppressWarnings("auxiliaryclass") // the detector has no file of its own
public final class ArrivalWindows {
  static {
    Object nothing =
        Proxy.newProxyInstance(
            ArrivalWindows.class.getClassLoader(),
            new Class<?>[] {IFailureDetector.class},
            (proxy, method, arguments) -> null);
    Supplier<Object> supplier = () -> nothing;
    try {
      Field field = DatabaseDescriptor.class.getDeclaredField("newFailureDetector");
      field.setAccessible(true);
      field.set(null, supplier);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private ArrivalWindows() {}

  /** An {@code ArrivalWindow} of this many gaps. */
  public static Object create(int size) {
    return new ArrivalWindow(size);
  }

  /** An empty array for windows. */
  public static Object[] array(int length) {
    return new ArrivalWindow[length];
  }

  /** Takes a beat. */
  public static void beat(Object window, long nanos) {
    ((ArrivalWindow) window).add(nanos, null);
  }

  /** Suspicion as Cassandra compares it with its threshold. */
  public static double phi(Object window, long nanos) {
    return ((ArrivalWindow) window).phi(nanos);
  }
}
