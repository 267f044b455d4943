package dev.parley.bridge.ic;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A value that came as Candid, of the type that its sender gave it.
sealed interface CandidValue {

  /// A number of fixed width, or a boolean.
  ///
  /// @param type its opcode, as in `Candid`
  /// @param bits sign-extended when the type has a sign
  record Fixed(int type, long bits) implements CandidValue {}

  /// `nat` or `int`.
  record Whole(BigInteger number) implements CandidValue {}

  record Text(String text) implements CandidValue {}

  record Principal(IcPrincipal id) implements CandidValue {}

  /// Null when it holds nothing.
  record Opt(@Nullable CandidValue value) implements CandidValue {}

  record Vec(List<CandidValue> items) implements CandidValue {}

  /// @param fields by the hashes of their names
  record Struct(Map<Long, CandidValue> fields) implements CandidValue {}

  /// @param tag the hash of its name
  record Variant(long tag, CandidValue value) implements CandidValue {}

  /// `null`.
  record Null() implements CandidValue {}

  /// `reserved`, and what nobody here looks into: functions, services, types of later versions.
  record Opaque() implements CandidValue {}
}
