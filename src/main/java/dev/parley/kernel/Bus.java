package dev.parley.kernel;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The typed event bus: sealed families of records as messages, `Failure` as the only error.
///
/// Delivery is at most once. Within one process the very instance sent arrives; between processes a
/// record travels as JSON. A family must be `register`ed on each node before it is used. One `Bus`
/// per Vert.x instance.
///
/// Vert.x ties its connection to another node to the context that first sends there, and comes back
/// to that context after each write: were it one of virtual threads, each message would cost
/// several changes of thread. So all that is sent is sent from one event loop.
public final class Bus {

  /// Longest wait for an answer unless the caller says otherwise.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(Bus.class);

  private final EventBus events;
  private final Vertx vertx;
  private final Context outbound;
  private final Set<Class<?>> known = new HashSet<>();

  public Bus(Vertx vertx) {
    this.vertx = vertx;
    this.events = vertx.eventBus();
    this.outbound = ((VertxInternal) vertx).createEventLoopContext();
    events.registerDefaultCodec(Failure.class, new FailureCodec());
  }

  /// Makes all records of a sealed family, and the answers of its requests, known to this node.
  public synchronized Bus register(Class<?> family) {
    if (family.isSealed()) {
      for (Class<?> permitted : family.getPermittedSubclasses()) {
        register(permitted);
      }
    } else if (family.isRecord()) {
      registerRecord(family.asSubclass(Record.class));
    } else {
      throw new IllegalArgumentException(family + " is neither sealed nor a record");
    }
    return this;
  }

  private <T extends Record> void registerRecord(Class<T> type) {
    if (!known.add(type)) {
      return;
    }
    events.registerDefaultCodec(type, new RecordCodec<>(type));
    for (Type implemented : type.getGenericInterfaces()) {
      if (implemented instanceof ParameterizedType request
          && request.getRawType() instanceof Class<?> raw
          && Request.class.isAssignableFrom(raw)
          && request.getActualTypeArguments()[0] instanceof Class<?> answer) {
        registerRecord(answer.asSubclass(Record.class));
      }
    }
  }

  /// Asks and waits for the answer. On a virtual thread only.
  ///
  /// @throws Failure what the other side answered, or UNAVAILABLE when nobody did in time
  public <R extends Record> R ask(String address, Request<R> request) {
    return ask(address, request, DEFAULT_TIMEOUT);
  }

  /// Asks and waits, with a time limit of one's own. On a virtual thread only.
  public <R extends Record> R ask(String address, Request<R> request, Duration timeout) {
    return request(address, request, timeout).await();
  }

  /// Asks without waiting; fails with a `Failure` only.
  @SuppressWarnings("unchecked") // the codec of the answer's class made the body
  public <R extends Record> Future<R> request(
      String address, Request<R> request, Duration timeout) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    return onOutbound(() -> events.request(address, request, options))
        .transform(result ->
            result.succeeded()
                ? Future.succeededFuture((R) result.result().body())
                : Future.failedFuture(failure(address, result.cause())));
  }

  /// What is thrown, of a type that was not registered for example, is the caller's failure.
  private <T> Future<T> onOutbound(Supplier<Future<T>> sending) {
    Promise<T> result = Promise.promise();
    outbound.runOnContext(
        _ -> Future.succeededFuture().compose(_ -> sending.get()).onComplete(result));
    return result.future();
  }

  /// Sends to one of those who listen at the address; lost when nobody does.
  public void send(String address, Record event) {
    outbound.runOnContext(_ -> events.send(address, event));
  }

  /// Sends to all who listen at the address, on all nodes.
  public void publish(String address, Record event) {
    outbound.runOnContext(_ -> events.publish(address, event));
  }

  /// The event loop on which everything is sent.
  Context outbound() {
    return outbound;
  }

  /// Answers requests. Each runs on the current context of its own accord, so that one that waits
  /// does not hold up the next; a `Failure` thrown is the answer.
  public <C> MessageConsumer<C> serve(
      String address, Class<C> family, Function<C, ? extends Record> handler) {
    register(family);
    Context context = vertx.getOrCreateContext();
    MessageConsumer<C> served = events.consumer(address);
    served.handler(message -> context.runOnContext(_ -> answer(message, handler)));
    return served;
  }

  /// Answers requests by code that does not wait; a failed future is the answer as well.
  public <C> MessageConsumer<C> serveAsync(
      String address, Class<C> family, Function<C, Future<? extends Record>> handler) {
    register(family);
    MessageConsumer<C> served = events.consumer(address);
    served.handler(message ->
        handler
            .apply(message.body())
            .onComplete(result -> {
              if (result.succeeded()) {
                message.reply(result.result());
              } else {
                refuse(message, result.cause());
              }
            }));
    return served;
  }

  /// Takes events, one after the other in the order each sender sent them.
  public <C> MessageConsumer<C> listen(String address, Class<C> family, Consumer<C> handler) {
    register(family);
    MessageConsumer<C> served = events.consumer(address);
    served.handler(message -> {
      try {
        handler.accept(message.body());
      } catch (RuntimeException e) {
        log.error("event failed address={} event={}", address, name(message.body()), e);
      }
    });
    return served;
  }

  private static <C> void answer(Message<C> message, Function<C, ? extends Record> handler) {
    try {
      message.reply(handler.apply(message.body()));
    } catch (Throwable t) {
      refuse(message, t);
    }
  }

  private static void refuse(Message<?> message, Throwable cause) {
    if (cause instanceof Failure failure) {
      message.reply(failure);
    } else {
      log.error("request failed request={}", name(message.body()), cause);
      message.reply(new Failure(Failure.Code.INTERNAL, "Internal error"));
    }
  }

  private static String name(Object body) {
    return body.getClass().getSimpleName();
  }

  private static Failure failure(String address, Throwable cause) {
    return switch (cause) {
      case Failure failure -> failure;
      case ReplyException reply ->
          Failure.unavailable(address + " does not answer (" + reply.failureType() + ")");
      default -> Failure.unavailable(address + " does not answer");
    };
  }
}
