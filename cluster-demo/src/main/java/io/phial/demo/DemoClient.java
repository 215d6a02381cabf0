package io.phial.demo;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client that is a process of its own, so that it can be killed and stopped by itself. */
public final class DemoClient {
  /** Which program it runs. */
  public enum Program {
    /** Plain TCP: sends {@code HEARTBEAT}, expects {@code ACK}; known by its address only. */
    SEED,
    /** Datagrams with a MAC, under a name. */
    UDP
  }

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(30);
  private static final String CONNECTED = "connected from ";

  private final Program program;
  private final CompletableFuture<String> id;
  private final CompletableFuture<ChildProcess> process = new CompletableFuture<>();

  private DemoClient(Program program, CompletableFuture<String> id) {
    this.program = program;
    this.id = id;
  }

  /** One that tells its own name. */
  static DemoClient named(Program program, String id) {
    return new DemoClient(program, CompletableFuture.completedFuture(id));
  }

  /** One that the node will name by the address from which it connects. */
  static DemoClient anonymous(Program program) {
    return new DemoClient(program, new CompletableFuture<>());
  }

  /** Which program it runs. */
  public Program program() {
    return program;
  }

  /**
   * The id that nodes know it by. Of an anonymous one known once it has connected: waits for that.
   *
   * @throws DemoException when it does not connect in time
   */
  public String id() throws InterruptedException {
    try {
      return id.get(CONNECT_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new DemoException(process() + " did not connect within " + CONNECT_LIMIT);
    }
  }

  /** Its process. */
  public ChildProcess process() {
    return process.join();
  }

  void process(ChildProcess started) {
    process.complete(started);
  }

  /** Takes a line that the program printed. */
  void onLine(String line) {
    if (line.startsWith(CONNECTED)) {
      // The result says only whether it was the first such line, and a seed connects once.
      boolean first = id.complete("tcp:" + line.substring(CONNECTED.length()).strip());
      assert first || program != Program.SEED;
    }
  }
}
