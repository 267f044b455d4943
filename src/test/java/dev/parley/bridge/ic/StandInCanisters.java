package dev.parley.bridge.ic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Canisters with video calls, each of every kind at once: a call begins once, and ends once.
final class StandInCanisters {

  private static final byte[] SUCCESS =
      HexFormat.of().parseHex("4449444c036e716c02007a01006b02a8f7dc3201a39bfdac087f010201");

  /// An error's answer up to its code.
  private static final byte[] ERROR =
      HexFormat.of().parseHex("4449444c036e716c02007a01006b02a8f7dc3201a39bfdac087f010200");

  private static final long MESSAGE_ID = 3_534_738_067L;
  private static final int MESSAGE_ID_ALREADY_EXISTS = 287;
  private static final int ALREADY_ENDED = 285;
  private static final int NOT_FOUND = 297;

  /// A call of one canister.
  private record Call(IcPrincipal canister, long messageId) {}

  private final Map<Call, Integer> starts = new HashMap<>();
  private final Map<Call, Integer> ends = new HashMap<>();
  private final List<ReplicaStandIn.Executed> executed = new ArrayList<>();

  int starts(IcPrincipal canister, long messageId) {
    return starts.getOrDefault(new Call(canister, messageId), 0);
  }

  int ends(IcPrincipal canister, long messageId) {
    return ends.getOrDefault(new Call(canister, messageId), 0);
  }

  List<ReplicaStandIn.Executed> executed() {
    return List.copyOf(executed);
  }

  /// The answer's Candid; null when the canister traps, as it does at arguments of other types.
  byte @Nullable [] execute(IcPrincipal canister, String method, byte[] arg) {
    if (!(Candid.decode(arg).getFirst() instanceof CandidValue.Struct(var fields))
        || !(fields.get(MESSAGE_ID) instanceof CandidValue.Fixed(int type, long messageId))
        || type != Candid.NAT64) {
      return null;
    }
    var call = new Call(canister, messageId);
    int code =
        switch (method) {
          case VideoCalls.START -> start(call);
          case VideoCalls.END -> end(call);
          default -> -1;
        };
    if (code < 0) {
      return null;
    }
    executed.add(new ReplicaStandIn.Executed(canister, method, messageId, arg, code));
    return code == 0
        ? SUCCESS
        : Wire.concat(ERROR, new byte[] {(byte) code, (byte) (code >> 8), 0});
  }

  private int start(Call call) {
    if (starts.containsKey(call)) {
      return MESSAGE_ID_ALREADY_EXISTS;
    }
    starts.put(call, 1);
    return 0;
  }

  private int end(Call call) {
    if (!starts.containsKey(call)) {
      return NOT_FOUND;
    }
    if (ends.containsKey(call)) {
      return ALREADY_ENDED;
    }
    ends.put(call, 1);
    return 0;
  }
}
