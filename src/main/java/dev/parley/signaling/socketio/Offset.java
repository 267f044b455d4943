package dev.parley.signaling.socketio;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How much of each stream of events a client has: the highest number of each. As text
/// `stream.number~stream.number`, numbers in base 36; clients hand it back as they got it.
///
/// Not thread-safe.
final class Offset {

  static final int MAX_NAME = 24;

  private static final int MAX_STREAMS = 256;
  private static final int MAX_TEXT = MAX_STREAMS * (MAX_NAME + 15);
  private static final int RADIX = 36;

  private final Map<String, Long> numbers;

  private Offset(Map<String, Long> numbers) {
    this.numbers = numbers;
  }

  /// Before all events.
  static Offset start() {
    return new Offset(new LinkedHashMap<>(4));
  }

  /// Reads what a client sent; null when it is not one of ours.
  static @Nullable Offset parse(String text) {
    if (text.length() > MAX_TEXT) {
      return null;
    }
    Offset offset = start();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('~', at);
      end = end < 0 ? text.length() : end;
      int dot = text.indexOf('.', at);
      if (dot <= at || dot - at > MAX_NAME || dot + 1 >= end || end - dot > 14) {
        return null;
      }
      long number = number(text.substring(dot + 1, end));
      if (number < 1 || offset.numbers.put(text.substring(at, dot), number) != null) {
        return null;
      }
      at = end + 1;
    }
    return text.isEmpty() || text.endsWith("~") || offset.numbers.size() > MAX_STREAMS
        ? null
        : offset;
  }

  private static long number(String digits) {
    try {
      return Long.parseLong(digits, RADIX);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  /// The number of a stream; 0 when none of it has been.
  long of(String stream) {
    return numbers.getOrDefault(stream, 0L);
  }

  /// Moves a stream on. Numbers never go back.
  void advance(String stream, long number) {
    numbers.merge(stream, number, Math::max);
  }

  Map<String, Long> numbers() {
    return numbers;
  }

  Offset copy() {
    return new Offset(new LinkedHashMap<>(numbers));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(numbers.size() * 24);
    numbers.forEach((stream, number) -> {
      if (!text.isEmpty()) {
        text.append('~');
      }
      text.append(stream).append('.').append(Long.toString(number, RADIX));
    });
    return text.toString();
  }
}
