package dev.parley.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// The clients of one target, all on one event loop.
final class LoadClient implements AutoCloseable {

  /// Clients that may be connecting, or waiting for an answer, at a time.
  private static final int AT_ONCE = 64;

  private static final long PATIENCE_S = 60;

  /// Source ports there are of one address, roughly.
  private static final int CLIENTS_PER_ADDRESS = 20_000;

  private final Target target;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final List<LoadSocket> sockets = new ArrayList<>();

  /// Who hears of relayed events now; on the event loop.
  private LoadSocket.@Nullable Receiver receiver;

  private String[] roomIds = {};
  private int nextNumber = 1;

  LoadClient(Target target) {
    this.target = target;
  }

  Target target() {
    return target;
  }

  EventLoop loop() {
    return group.next();
  }

  List<LoadSocket> sockets() {
    return sockets;
  }

  /// The first of so many numbers that no message has.
  int reserve(int number) {
    int first = nextNumber;
    nextNumber = Math.addExact(first, number);
    return first;
  }

  void receiver(LoadSocket.@Nullable Receiver newReceiver) {
    receiver = newReceiver;
  }

  /// Opens further clients, shared evenly between the servers: number `i` on server `i` modulo
  /// their number.
  void open(int number) {
    List<Integer> ports = target.ports();
    int first = sockets.size();
    each(
        number,
        step -> {
          int i = first + step;
          LoadSocket socket =
              new LoadSocket(i, this::onRelayed, target.auth(i), target.announcesAdmission());
          sockets.add(socket);
          connect(socket, ports.get(i % ports.size()));
          return socket.ready();
        });
  }

  private void connect(LoadSocket socket, int port) {
    String source = "127.0.0." + (2 + socket.index() / CLIENTS_PER_ADDRESS);
    new Bootstrap()
        .group(group)
        .channel(EpollSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel.pipeline().addLast(socket);
              }
            })
        .connect(new InetSocketAddress("127.0.0.1", port), new InetSocketAddress(source, 0))
        .addListener(connected -> {
          if (!connected.isSuccess()) {
            socket.ready().completeExceptionally(connected.cause());
          }
        });
  }

  private void onRelayed(LoadSocket socket, int number, long nowNs) {
    if (receiver != null) {
      receiver.onRelayed(socket, number, nowNs);
    }
  }

  /// Puts all clients into rooms of one size, neighbours together, and makes what each will send.
  /// Rooms of an earlier scenario are left to themselves.
  void join(Scenario scenario) {
    int size = scenario.roomSize();
    int rooms = sockets.size() / size;
    roomIds = new String[rooms];
    each(
        rooms,
        room ->
            target.namesRooms()
                ? sockets
                    .get(room * size)
                    .ask(
                        "room:create", "{\"title\":\"Benchmark\",\"maxParticipants\":" + size + "}")
                    .thenAccept(answer -> roomIds[room] = field(answer, "roomId"))
                : CompletableFuture.runAsync(() -> roomIds[room] = UUID.randomUUID().toString()));
    each(
        rooms * size,
        i -> {
          LoadSocket socket = sockets.get(i);
          socket.room = i / size;
          socket.place = i % size;
          return socket
              .ask("room:join", "{\"roomId\":\"" + roomIds[socket.room] + "\"}")
              .thenAccept(answer -> check(answer));
        });
    String data = scenario.data();
    for (int i = 0; i < rooms * size; i++) {
      String other = scenario.isTargeted() ? sockets.get(i ^ 1).id() : null;
      sockets.get(i).prepare(roomIds[i / size], other, data);
    }
  }

  private static String field(JsonNode answer, String name) {
    check(answer);
    return answer.path(name).asText();
  }

  private static void check(JsonNode answer) {
    if (answer.path("status").asText("ok").equals("error")) {
      throw new IllegalStateException(answer.toString());
    }
  }

  private interface Step {
    CompletableFuture<?> take(int index);
  }

  /// Takes a number of steps, not too many at once, and waits for all.
  private static void each(int number, Step step) {
    Semaphore free = new Semaphore(AT_ONCE);
    List<CompletableFuture<?>> all = new ArrayList<>(number);
    try {
      for (int i = 0; i < number; i++) {
        if (!free.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
          throw new IllegalStateException("no answer for " + PATIENCE_S + " s");
        }
        CompletableFuture<?> taken = step.take(i);
        all.add(taken.whenComplete((_, _) -> free.release()));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
          .get(PATIENCE_S, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// How many were closed by the other side, and the reason of one of them.
  int closedByServer() {
    return (int) sockets.stream().filter(socket -> !socket.closed().isEmpty()).count();
  }

  /// Why clients were closed by the other side, without repetition.
  List<String> closeReasons() {
    return sockets.stream()
        .map(LoadSocket::closed)
        .filter(reason -> !reason.isEmpty())
        .distinct()
        .limit(10)
        .toList();
  }

  @Override
  public void close() {
    sockets.forEach(LoadSocket::close);
    group.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).syncUninterruptibly();
  }
}
