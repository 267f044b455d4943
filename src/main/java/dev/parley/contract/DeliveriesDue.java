package dev.parley.contract;

/// There is something to be told of calls. Published to all who watch presence; what is not heard
/// is found within a second.
public record DeliveriesDue() {

  /// Where it is published.
  public static final String ADDRESS = "presence.due";
}
