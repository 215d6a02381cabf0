package io.phial.demo;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** One node of the cluster: its fixed ports, and the process that is it at the moment. */
public final class DemoNode {
  private final String id;
  private final NodePorts ports;
  private final NodeApi api;
  private final AtomicLong oddLines = new AtomicLong();
  private volatile @Nullable ChildProcess process;
  private volatile boolean leaving;

  DemoNode(String id, NodePorts ports) {
    this.id = id;
    this.ports = ports;
    this.api = new NodeApi(ports.url());
  }

  /** Its name in the cluster, from {@code n1} on. */
  public String id() {
    return id;
  }

  /** Its ports; a restart keeps them. */
  public NodePorts ports() {
    return ports;
  }

  /** Its HTTP API. */
  public NodeApi api() {
    return api;
  }

  /** Its process, which may have ended. */
  public ChildProcess process() {
    ChildProcess now = process;
    if (now == null) {
      throw new IllegalStateException("node=" + id + " was not started");
    }
    return now;
  }

  /** True when its process runs, is not paused and was not asked to leave. */
  public boolean isUp() {
    ChildProcess now = process;
    return now != null && now.isRunning() && !now.isPaused() && !leaving;
  }

  /** Lines of its standard output that were no events; there should be none. */
  public long oddLines() {
    return oddLines.get();
  }

  void process(ChildProcess started) {
    process = started;
    leaving = false;
  }

  boolean isStarted() {
    return process != null;
  }

  void leaving() {
    leaving = true;
  }

  void oddLine() {
    oddLines.incrementAndGet();
  }

  @Override
  public String toString() {
    return id;
  }
}
