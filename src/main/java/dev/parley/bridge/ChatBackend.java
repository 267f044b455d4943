package dev.parley.bridge;

import java.util.List;
import java.util.function.LongUnaryOperator;

/// What is told of the calls of its users. Each target is told of the end after the start.
public interface ChatBackend {

  /// What its targets begin with, before the first `/`.
  String scheme();

  /// Whom it wants to be told of the start of a call.
  ///
  /// @param userId who starts it
  List<String> startTargets(String userId, ChatId chat);

  /// Whom it wants to be told of the end.
  List<String> endTargets(String userId, ChatId chat);

  /// Tells one target; telling it again changes nothing. Returns once it is known to be told.
  /// Waits.
  ///
  /// @param renewed writes down, before it is used, until when a new request can be carried out,
  ///   and returns it; for when the time of the first one is over
  /// @throws dev.parley.kernel.Failure UNAVAILABLE or RATE_LIMITED when it may succeed later; any
  ///   other when it never will
  void deliver(Delivery delivery, LongUnaryOperator renewed);
}
