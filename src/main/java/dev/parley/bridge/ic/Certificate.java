package dev.parley.bridge.ic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.kernel.Failure;
import java.util.Arrays;
import java.util.List;

/// A subnet's signature over a part of its state, after the interface specification of the Internet
/// Computer ("Certification"). The root subnet signs for itself, and vouches for the keys of the
/// others.
///
/// @param state as it was at the time
/// @param timeNs nanoseconds since 1970
record Certificate(HashTree state, long timeNs) {

  /// How far a certificate's time may be from ours.
  private static final long MAX_AGE_NS = 300_000_000_000L;

  private static final long NS_PER_MS = 1_000_000;

  private static final byte[] DOMAIN = Wire.domain("ic-state-root");

  /// What a certificate proves now of a canister's subnet.
  ///
  /// @param rootKey DER
  /// @param nowMs milliseconds since 1970
  /// @throws Failure UNAVAILABLE when it proves nothing: another replica may do better
  static Certificate verified(byte[] cbor, byte[] rootKey, IcPrincipal canister, long nowMs) {
    JsonNode certificate = Cbor.read(cbor);
    HashTree state = HashTree.parse(certificate.path("tree"));
    long timeNs = time(state);
    if (Math.abs(nowMs * NS_PER_MS - timeNs) > MAX_AGE_NS) {
      throw unproven("is too old or of the future");
    }
    JsonNode delegation = certificate.path("delegation");
    byte[] key = delegation.isMissingNode() ? rootKey : delegatedKey(delegation, rootKey, canister);
    check(certificate, state, key);
    return new Certificate(state, timeNs);
  }

  /// The key of the subnet that the canister is on. A delegation may be older than what it is for.
  private static byte[] delegatedKey(JsonNode delegation, byte[] rootKey, IcPrincipal canister) {
    byte[] subnet = Cbor.bytes(delegation, "subnet_id");
    JsonNode certificate = Cbor.read(Cbor.bytes(delegation, "certificate"));
    if (certificate.has("delegation")) {
      throw unproven("is delegated twice");
    }
    HashTree state = HashTree.parse(certificate.path("tree"));
    if (!hasInRange(state, subnet, canister.bytes())) {
      throw unproven("is of a subnet that the canister is not on");
    }
    check(certificate, state, rootKey);
    return value(state.find(Wire.utf8("subnet"), subnet, Wire.utf8("public_key")));
  }

  private static void check(JsonNode certificate, HashTree state, byte[] key) {
    byte[] message = Wire.concat(DOMAIN, state.digest());
    if (!Bls.isSignedBy(key, message, Cbor.bytes(certificate, "signature"))) {
      throw unproven("has a signature that does not hold");
    }
  }

  /// Ranges stand in one leaf below the subnet or, later, in several below a name of their own.
  private static boolean hasInRange(HashTree state, byte[] subnet, byte[] canister) {
    byte[] ranges = Wire.utf8("canister_ranges");
    if (state.find(Wire.utf8("subnet"), subnet, ranges)
            instanceof HashTree.Found(HashTree.Leaf(byte[] all))
        && isInRange(all, canister)) {
      return true;
    }
    List<HashTree> shards =
        state.find(ranges, subnet) instanceof HashTree.Found(HashTree tree)
            ? tree.children()
            : List.of();
    return shards.stream()
        .anyMatch(shard ->
            shard instanceof HashTree.Labeled(_, HashTree.Leaf(byte[] some))
                && isInRange(some, canister));
  }

  /// @param ranges CBOR: a list of pairs of the first and the last canister
  private static boolean isInRange(byte[] ranges, byte[] canister) {
    for (JsonNode range : Cbor.read(ranges)) {
      if (Arrays.compareUnsigned(Cbor.bytes(range.path(0)), canister) <= 0
          && Arrays.compareUnsigned(canister, Cbor.bytes(range.path(1))) <= 0) {
        return true;
      }
    }
    return false;
  }

  private static long time(HashTree state) {
    return number(value(state.find(Wire.utf8("time"))));
  }

  /// The bytes of a leaf that must be there.
  static byte[] value(HashTree.Lookup lookup) {
    if (lookup instanceof HashTree.Found(HashTree.Leaf(byte[] value))) {
      return value;
    }
    throw unproven("lacks what it is about");
  }

  /// A natural number below 2^63 in LEB128.
  static long number(byte[] leb) {
    long number = 0;
    for (int i = 0; i < leb.length; i++) {
      if (i == 9) {
        throw Cbor.malformed();
      }
      number |= (leb[i] & 0x7fL) << (7 * i);
    }
    return number;
  }

  private static Failure unproven(String why) {
    return Failure.unavailable("a replica's certificate " + why);
  }
}
