package dev.parley.bridge.ic;

import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the binary form of Candid: `DIDL`, a table of types, the types of the arguments, the
/// arguments (Candid specification, "Binary Format").
///
/// Bounded whatever the bytes are: in their number, in the values they may stand for, in depth.
final class Candid {

  static final int NAT8 = -5;
  static final int NAT16 = -6;
  static final int NAT32 = -7;
  static final int NAT64 = -8;

  private static final int MAX_BYTES = 64 << 10;
  private static final int MAX_VALUES = 10_000;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_WHOLE = 64;

  private static final int OPT = -18;
  private static final int VEC = -19;
  private static final int STRUCT = -20;
  private static final int VARIANT = -21;
  private static final int FUNC = -22;
  private static final int SERVICE = -23;
  private static final int PRINCIPAL = -24;

  /// An entry of the table.
  ///
  /// @param op its opcode
  /// @param tags of a record or variant
  /// @param parts the types within: opcodes when negative, places in the table otherwise
  private record Type(int op, List<Long> tags, List<Integer> parts) {}

  private final ByteBuffer in;
  private final List<Type> table = new ArrayList<>();
  private int values;

  private Candid(byte[] bytes) {
    this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// All arguments.
  ///
  /// @throws Failure INVALID when it is not Candid, or more of it than anybody here expects
  static List<CandidValue> decode(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw malformed("more than " + MAX_BYTES + " bytes");
    }
    try {
      return new Candid(bytes).arguments();
    } catch (BufferUnderflowException _) {
      throw malformed("it ends too soon");
    }
  }

  private List<CandidValue> arguments() {
    if (in.getInt() != 0x4c444944) {
      throw malformed("it does not begin with DIDL");
    }
    int types = count();
    for (int i = 0; i < types; i++) {
      table.add(type());
    }
    for (Type type : table) {
      type.parts().forEach(this::checkKnown);
    }
    int arity = count();
    List<Integer> kinds = new ArrayList<>();
    for (int i = 0; i < arity; i++) {
      int kind = typeRef();
      checkKnown(kind);
      kinds.add(kind);
    }
    List<CandidValue> arguments = new ArrayList<>();
    for (int kind : kinds) {
      arguments.add(value(kind, 0));
    }
    if (in.hasRemaining()) {
      throw malformed("it goes on after its end");
    }
    return arguments;
  }

  private Type type() {
    int op = typeRef();
    return switch (op) {
      case OPT, VEC -> new Type(op, List.of(), List.of(typeRef()));
      case STRUCT, VARIANT -> fields(op);
      case FUNC -> {
        refs(count());
        refs(count());
        skip(count());
        yield new Type(op, List.of(), List.of());
      }
      case SERVICE -> {
        int methods = count();
        for (int i = 0; i < methods; i++) {
          text();
          typeRef();
        }
        yield new Type(op, List.of(), List.of());
      }
      default -> {
        if (op >= PRINCIPAL) {
          throw malformed("a primitive type in its table");
        }
        skip(count());
        yield new Type(op, List.of(), List.of());
      }
    };
  }

  private void refs(int count) {
    for (int i = 0; i < count; i++) {
      typeRef();
    }
  }

  private Type fields(int op) {
    int count = count();
    List<Long> tags = new ArrayList<>();
    List<Integer> parts = new ArrayList<>();
    long last = -1;
    for (int i = 0; i < count; i++) {
      long tag = leb();
      if (tag <= last || tag > 0xffff_ffffL) {
        throw malformed("fields out of order");
      }
      last = tag;
      tags.add(tag);
      parts.add(typeRef());
    }
    return new Type(op, tags, parts);
  }

  private void checkKnown(int ref) {
    if (ref >= table.size() || (ref < -17 && ref != PRINCIPAL)) {
      throw malformed("a type that is not in its table");
    }
  }

  private CandidValue value(int ref, int depth) {
    values++;
    if (values > MAX_VALUES || depth > MAX_DEPTH) {
      throw malformed("too many values");
    }
    return ref < 0 ? primitive(ref) : compound(table.get(ref), depth + 1);
  }

  private CandidValue primitive(int op) {
    return switch (op) {
      case -1 -> new CandidValue.Null();
      case -2 -> new CandidValue.Fixed(op, flag() ? 1 : 0);
      case -3 -> new CandidValue.Whole(whole(false));
      case -4 -> new CandidValue.Whole(whole(true));
      case NAT8 -> new CandidValue.Fixed(op, in.get() & 0xff);
      case -9 -> new CandidValue.Fixed(op, in.get());
      case NAT16 -> new CandidValue.Fixed(op, in.getShort() & 0xffff);
      case -10 -> new CandidValue.Fixed(op, in.getShort());
      case NAT32, -13 -> new CandidValue.Fixed(op, in.getInt() & 0xffff_ffffL);
      case -11 -> new CandidValue.Fixed(op, in.getInt());
      case NAT64, -12, -14 -> new CandidValue.Fixed(op, in.getLong());
      case -15 -> new CandidValue.Text(text());
      case -16 -> new CandidValue.Opaque();
      case PRINCIPAL -> principal();
      // There is no value of the type `empty`.
      default -> throw malformed("a value where there can be none");
    };
  }

  private CandidValue compound(Type type, int depth) {
    return switch (type.op()) {
      case OPT -> new CandidValue.Opt(flag() ? value(type.parts().getFirst(), depth) : null);
      case VEC -> vec(type, depth);
      case STRUCT -> struct(type, depth);
      case VARIANT -> {
        int index = count();
        if (index >= type.parts().size()) {
          throw malformed("an alternative that its type does not have");
        }
        yield new CandidValue.Variant(
            type.tags().get(index), value(type.parts().get(index), depth));
      }
      case FUNC -> {
        reference();
        reference();
        bytes();
        text();
        yield new CandidValue.Opaque();
      }
      case SERVICE -> {
        reference();
        bytes();
        yield new CandidValue.Opaque();
      }
      default -> {
        int length = count();
        if (leb() != 0) {
          throw malformed("references");
        }
        skip(length);
        yield new CandidValue.Opaque();
      }
    };
  }

  private CandidValue vec(Type type, int depth) {
    int count = count();
    List<CandidValue> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(value(type.parts().getFirst(), depth));
    }
    return new CandidValue.Vec(items);
  }

  private CandidValue struct(Type type, int depth) {
    Map<Long, CandidValue> fields = new HashMap<>();
    for (int i = 0; i < type.parts().size(); i++) {
      fields.put(type.tags().get(i), value(type.parts().get(i), depth));
    }
    return new CandidValue.Struct(fields);
  }

  private CandidValue principal() {
    reference();
    return new CandidValue.Principal(IcPrincipal.of(bytes()));
  }

  /// Says that what follows is spelled out.
  private void reference() {
    if (!flag()) {
      throw malformed("a reference that is not spelled out");
    }
  }

  private boolean flag() {
    int flag = in.get();
    if (flag != 0 && flag != 1) {
      throw malformed("a flag that is neither 0 nor 1");
    }
    return flag == 1;
  }

  private String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes())).toString();
    } catch (CharacterCodingException _) {
      throw malformed("a text that is not UTF-8");
    }
  }

  private byte[] bytes() {
    int length = count();
    if (length > in.remaining()) {
      throw malformed("it ends too soon");
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private void skip(int length) {
    if (length > in.remaining()) {
      throw malformed("it ends too soon");
    }
    in.position(in.position() + length);
  }

  private int typeRef() {
    BigInteger ref = whole(true);
    if (ref.bitLength() > 30) {
      throw malformed("a type that is not in its table");
    }
    return ref.intValue();
  }

  /// A number of things, each of which is bytes or counts as a value.
  private int count() {
    long count = leb();
    if (count > MAX_BYTES) {
      throw malformed("too many of something");
    }
    return (int) count;
  }

  private long leb() {
    BigInteger number = whole(false);
    if (number.bitLength() > 62) {
      throw malformed("a number that is too large");
    }
    return number.longValue();
  }

  private BigInteger whole(boolean isSigned) {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < MAX_WHOLE; i++) {
      byte next = in.get();
      number = number.or(BigInteger.valueOf(next & 0x7f).shiftLeft(7 * i));
      if (next >= 0) {
        return isSigned && (next & 0x40) != 0
            ? number.subtract(BigInteger.ONE.shiftLeft(7 * (i + 1)))
            : number;
      }
    }
    throw malformed("a number that is too large");
  }

  private static Failure malformed(String why) {
    return Failure.invalid("Candid that cannot be read: " + why);
  }
}
