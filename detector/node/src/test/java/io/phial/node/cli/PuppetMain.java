package io.phial.node.cli;

/** The real main with a puppet for a node, for tests that need a process and its signals. */
public final class PuppetMain {
  private PuppetMain() {}

  /** Starts; a node called "stubborn" never stops by itself. */
  public static void main(String[] args) {
    Main.main(
        args,
        config -> {
          PuppetNode node = new PuppetNode();
          node.events.publish(PuppetNode.event("c1"));
          node.started.complete();
          if (!config.node().id().equals("stubborn")) {
            node.stopped.complete();
          }
          return node;
        });
  }
}
