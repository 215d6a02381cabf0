package io.phial.chaos.job;

import io.phial.core.wire.Endpoint;
import io.phial.demo.DemoCluster;
import io.phial.demo.DemoNode;
import io.phial.demo.NodePorts;
import io.phial.demo.VerdictEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * Talks as the plain socket program does: nine bytes {@code HEARTBEAT}, then exactly {@code ACK}
 * and not a byte more. Counts the answers that were anything else.
 */
final class SeedTalk implements AutoCloseable {
  private static final byte[] BEAT = "HEARTBEAT".getBytes(StandardCharsets.US_ASCII);
  private static final String ACK = "ACK";
  private static final int ANSWER_MILLIS_MAX = 2_000;
  private static final int QUIET_MILLIS = 60;
  private static final int GAP_MILLIS = 15;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  SeedTalk(Endpoint node) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(node.host(), node.port()), ANSWER_MILLIS_MAX);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /** Whole, then cut at every place, then two to five in one write; returns the wrong answers. */
  static int wrongAnswers(DemoCluster cluster, DemoNode node)
      throws IOException, InterruptedException {
    int wrong = 0;
    try (SeedTalk talk = new SeedTalk(node.ports().tcpEndpoint())) {
      wrong += talk.beats(1);
      for (int cut = 1; cut < BEAT.length; cut++) {
        wrong += talk.split(cut);
      }
      wrong += talk.byteByByte();
      for (int count = 2; count <= 5; count++) {
        wrong += talk.beats(count);
      }
      wrong += talk.coalescedAcrossACut();
      // The end of an anonymous connection is rightly the end of its client.
      cluster.health().ill(VerdictEvent.CLIENT, talk.id(), System.currentTimeMillis());
    }
    return wrong;
  }

  /** What the node calls this connection. */
  private String id() {
    return "tcp:" + new Endpoint(NodePorts.HOST, socket.getLocalPort());
  }

  private int beats(int count) throws IOException {
    byte[] all = new byte[BEAT.length * count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(BEAT, 0, all, i * BEAT.length, BEAT.length);
    }
    out.write(all);
    return wrong(count);
  }

  private int split(int cut) throws IOException, InterruptedException {
    out.write(BEAT, 0, cut);
    Thread.sleep(GAP_MILLIS);
    out.write(BEAT, cut, BEAT.length - cut);
    return wrong(1);
  }

  private int byteByByte() throws IOException, InterruptedException {
    for (byte b : BEAT) {
      out.write(b);
      Thread.sleep(2);
    }
    return wrong(1);
  }

  /** One and a half, then the other half. */
  private int coalescedAcrossACut() throws IOException, InterruptedException {
    out.write("HEARTBEATHEAR".getBytes(StandardCharsets.US_ASCII));
    Thread.sleep(GAP_MILLIS);
    out.write("TBEAT".getBytes(StandardCharsets.US_ASCII));
    return wrong(2);
  }

  /** Reads what these beats should be answered by and listens for anything beyond. */
  private int wrong(int beats) throws IOException {
    socket.setSoTimeout(ANSWER_MILLIS_MAX);
    byte[] answer;
    try {
      answer = in.readNBytes(ACK.length() * beats);
    } catch (SocketTimeoutException e) {
      return beats;
    }
    boolean exact = new String(answer, StandardCharsets.US_ASCII).equals(ACK.repeat(beats));
    return exact && isQuiet() ? 0 : beats;
  }

  private boolean isQuiet() throws IOException {
    socket.setSoTimeout(QUIET_MILLIS);
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
