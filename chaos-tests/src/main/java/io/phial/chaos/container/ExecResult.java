package io.phial.chaos.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import io.phial.demo.DemoException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Runs a command inside a container, as the kubelet runs an exec hook. */
final class ExecResult {
  private static final int LIMIT_SECONDS = 30;

  private ExecResult() {}

  /** Runs it and fails when it does. */
  static void of(String id, String... command) throws InterruptedException {
    String exec = Engine.client().execCreateCmd(id).withCmd(command).exec().getId();
    try (var callback = new ResultCallback.Adapter<Frame>()) {
      Engine.client().execStartCmd(exec).exec(callback);
      callback.awaitCompletion(LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new DemoException("exec in " + id + ": " + e.getMessage());
    }
    // The stream may end before the engine knows how the command did.
    Ask.until(
        Duration.ofSeconds(LIMIT_SECONDS),
        String.join(" ", command) + " ended",
        () -> Engine.client().inspectExecCmd(exec).exec().getExitCodeLong() != null);
    Long code = Engine.client().inspectExecCmd(exec).exec().getExitCodeLong();
    if (code == null || code != 0) {
      throw new DemoException(String.join(" ", command) + " ended with " + code);
    }
  }
}
