package dev.parley.kernel;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// Sets up the process's log, to standard output: readable lines, or one JSON object a line.
///
/// Log with key and value (`LOG.atInfo().addKeyValue("room", id).log("Room opened")`); never a
/// secret, a token or an address of a user.
public final class Logs {

  private static final String TEXT = "%d{HH:mm:ss.SSS} %-5level %-24logger{24} %msg %kvp%n%ex";

  /// These speak at info of what concerns their makers.
  private static final List<String> TALKATIVE =
      List.of(
          "com.hazelcast",
          "io.netty",
          "io.vertx",
          "org.jitsi",
          "org.ice4j",
          "JitsiConfig",
          "io.zonky");

  private Logs() {}

  /// Replaces whatever the log was before; to be called once, before the node starts.
  public static void configure(Config.Log log, Config.Mode mode) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    boolean json =
        log.format() == Config.LogFormat.JSON
            || (log.format() == Config.LogFormat.AUTO && mode == Config.Mode.PRODUCTION);
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setEncoder(json ? jsonEncoder(context) : textEncoder(context));
    console.start();
    Level level = level(log.level());
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(level);
    root.addAppender(console);
    for (String name : TALKATIVE) {
      context.getLogger(name).setLevel(level.isGreaterOrEqual(Level.WARN) ? level : Level.WARN);
    }
    // Vert.x registers some gauges once per context; the first is the one that counts.
    context.getLogger("io.micrometer.core.instrument.MeterRegistry").setLevel(Level.ERROR);
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    context.getLogger("dev.parley.media").setLevel(level(log.media()));
  }

  private static Encoder<ILoggingEvent> textEncoder(LoggerContext context) {
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setPattern(TEXT);
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> jsonEncoder(LoggerContext context) {
    var layout = new JsonLines();
    layout.setContext(context);
    layout.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    return encoder;
  }

  private static Level level(Config.LogLevel level) {
    return switch (level) {
      case TRACE -> Level.TRACE;
      case DEBUG -> Level.DEBUG;
      case INFO -> Level.INFO;
      case WARN -> Level.WARN;
      case ERROR -> Level.ERROR;
      case NONE -> Level.OFF;
    };
  }
}
