package io.phial.node.ingress;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;

/**
 * One datagram socket on one event loop of Vert.x, read and written in batches: on Linux's epoll 64
 * datagrams come with one call of {@code recvmmsg} and the answers to them leave with one of {@code
 * sendmmsg}. Vert.x's own datagram socket reads one datagram per turn and ties the kernel's buffer
 * to the buffer that it allocates for each, which is why this is built on Netty below it. All
 * methods but {@link #open} and {@link #close} belong to the event loop.
 */
final class DatagramPort extends ChannelInboundHandlerAdapter {
  /** The longest datagram that is told from a longer one, in bytes. */
  static final int DATAGRAM_BYTES_MAX = 192;

  private static final int BATCH = 64;

  /** Takes what arrives, on the event loop. */
  interface Receiver {
    /**
     * A datagram.
     *
     * @param data reused for the next one
     * @param length beyond {@link #DATAGRAM_BYTES_MAX} the rest is missing
     */
    void onDatagram(DatagramPort port, byte[] data, int length, InetSocketAddress sender);

    /** No more datagrams wait for now. */
    void onBatchEnd();

    /** The socket reports an error (an address that cannot be reached, say); it stays open. */
    void onError();
  }

  private final Receiver receiver;
  private final byte[] scratch = new byte[DATAGRAM_BYTES_MAX];
  private final Channel channel;
  private boolean reading;

  private DatagramPort(Receiver receiver, Channel channel) {
    this.receiver = receiver;
    this.channel = channel;
  }

  /** True when several sockets of one port can share the load on this event loop. */
  static boolean isShareable(Context context) {
    return loopOf(context) instanceof IoEventLoop loop && loop.isIoType(EpollIoHandler.class);
  }

  /**
   * Opens a socket.
   *
   * @param shared true when others of this process bind the same port; needs {@link #isShareable}
   * @param receiveBufferBytes what the kernel may hold, as far as it permits
   * @param unsentBytesMax answers that may wait in the socket; more are refused by {@link #send}
   */
  static Future<DatagramPort> open(
      Context context,
      InetSocketAddress address,
      boolean shared,
      int receiveBufferBytes,
      int unsentBytesMax,
      Receiver receiver) {
    EventLoop loop = loopOf(context);
    DatagramChannel channel;
    if (isShareable(context)) {
      channel = new EpollDatagramChannel();
      channel.config().setOption(EpollChannelOption.SO_REUSEPORT, shared);
      channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES_MAX);
      channel
          .config()
          .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(BATCH * DATAGRAM_BYTES_MAX));
    } else {
      channel = new NioDatagramChannel();
      FixedRecvByteBufAllocator each = new FixedRecvByteBufAllocator(DATAGRAM_BYTES_MAX);
      each.maxMessagesPerRead(BATCH);
      channel.config().setRecvByteBufAllocator(each);
    }
    channel.config().setOption(ChannelOption.SO_RCVBUF, receiveBufferBytes);
    channel
        .config()
        .setWriteBufferWaterMark(new WriteBufferWaterMark(unsentBytesMax / 2, unsentBytesMax));
    DatagramPort port = new DatagramPort(receiver, channel);
    Promise<DatagramPort> opened = Promise.promise();
    new Bootstrap()
        .group(loop)
        .channelFactory(() -> channel)
        .handler(port)
        .bind(address)
        .addListener(
            bound -> {
              if (bound.isSuccess()) {
                opened.complete(port);
              } else {
                opened.fail(bound.cause());
              }
            });
    return opened.future();
  }

  private static EventLoop loopOf(Context context) {
    return ((ContextInternal) context).nettyEventLoop();
  }

  /** The port in use. */
  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /**
   * Sends a datagram, at the end of the batch when one is being read.
   *
   * @return false when too much waits already: it was not sent
   */
  boolean send(byte[] data, int length, InetSocketAddress to) {
    if (!channel.isWritable()) {
      return false;
    }
    ByteBuf bytes = channel.alloc().directBuffer(length).writeBytes(data, 0, length);
    DatagramPacket packet = new DatagramPacket(bytes, to);
    // A failure comes to exceptionCaught; a promise for each answer would be garbage.
    var unused =
        reading
            ? channel.write(packet, channel.voidPromise())
            : channel.writeAndFlush(packet, channel.voidPromise());
    return true;
  }

  /** Closes the socket; any thread. */
  Future<Void> close() {
    Promise<Void> closed = Promise.promise();
    channel.close().addListener(done -> closed.complete());
    return closed.future();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    DatagramPacket packet = (DatagramPacket) message;
    try {
      reading = true;
      ByteBuf content = packet.content();
      int length = Math.min(content.readableBytes(), scratch.length);
      content.readBytes(scratch, 0, length);
      receiver.onDatagram(this, scratch, length, packet.sender());
    } finally {
      packet.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    reading = false;
    receiver.onBatchEnd();
    context.flush();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    receiver.onError();
  }
}
