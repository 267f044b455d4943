package dev.parley.bridge.ic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.miracl.core.BLS12381.BLS;

/// The keys of a root subnet and of another, and certificates signed with them.
final class StandInSubnet {

  private static final byte[] ID = {7, 7, 7};
  private static final byte[] FIRST = new byte[10];
  private static final byte[] LAST = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

  @SuppressWarnings("ArrayRecordComponent")
  private record Key(byte[] secret, byte[] der) {

    static Key of(long seed) {
      byte[] entropy = new byte[64];
      new Random(seed).nextBytes(entropy);
      byte[] secret = new byte[48];
      byte[] point = new byte[96];
      BLS.init();
      BLS.KeyPairGenerate(entropy, secret, point);
      return new Key(secret, Wire.concat(Bls.DER_HEAD, point));
    }

    byte[] sign(HashTree state) {
      byte[] signature = new byte[48];
      BLS.core_sign(signature, Wire.concat(Wire.domain("ic-state-root"), state.digest()), secret);
      return signature;
    }
  }

  /// How a certificate may fail to be one.
  enum Flaw {
    NONE,
    BAD_SIGNATURE,
    BAD_DELEGATION,
    DELEGATED_TWICE,
    OUT_OF_RANGE
  }

  /// Where a delegation has the ranges of canisters.
  enum Ranges {
    /// No delegation: the root subnet's own.
    ROOT,
    IN_ONE_LEAF,
    IN_SHARDS
  }

  private final Key root = Key.of(1);
  private final Key other = Key.of(2);

  byte[] rootKey() {
    return root.der().clone();
  }

  /// A certificate of a state, which must have its time.
  byte[] certify(HashTree state, Ranges ranges, Flaw flaw) {
    boolean isRoot = ranges == Ranges.ROOT;
    Key signer = isRoot != (flaw == Flaw.BAD_SIGNATURE) ? root : other;
    Map<String, Object> certificate = new LinkedHashMap<>();
    certificate.put("tree", cbor(state));
    certificate.put("signature", signer.sign(state));
    if (!isRoot) {
      certificate.put("delegation", delegation(ranges, flaw));
    }
    return Cbor.write(certificate);
  }

  private Map<String, Object> delegation(Ranges ranges, Flaw flaw) {
    byte[] last = flaw == Flaw.OUT_OF_RANGE ? FIRST : LAST;
    byte[] none = Cbor.write(List.of());
    byte[] all = Cbor.write(List.of(List.of(FIRST, FIRST), List.of(FIRST, last)));
    Map<String, HashTree> subnet = new TreeMap<>();
    Map<String, HashTree> state = new TreeMap<>();
    if (ranges == Ranges.IN_ONE_LEAF) {
      subnet.put("canister_ranges", new HashTree.Leaf(all));
    } else {
      HashTree shards =
          join(
              List.of(
                  new HashTree.Labeled(new byte[] {1}, new HashTree.Leaf(none)),
                  new HashTree.Pruned(new byte[32]),
                  new HashTree.Labeled(new byte[] {3}, new HashTree.Leaf(all))));
      state.put("canister_ranges", new HashTree.Labeled(ID, shards));
    }
    subnet.put("public_key", new HashTree.Leaf(other.der()));
    state.put("subnet", new HashTree.Labeled(ID, tree(subnet)));
    state.put("time", time(1));
    Map<String, Object> certificate = new LinkedHashMap<>();
    certificate.put("tree", cbor(tree(state)));
    certificate.put("signature", (flaw == Flaw.BAD_DELEGATION ? other : root).sign(tree(state)));
    if (flaw == Flaw.DELEGATED_TWICE) {
      certificate.put("delegation", Map.of("subnet_id", ID, "certificate", new byte[0]));
    }
    return Map.of("subnet_id", ID, "certificate", Cbor.write(certificate));
  }

  /// A leaf that tells the time, or any number.
  static HashTree time(long ns) {
    return new HashTree.Leaf(Wire.leb(ns));
  }

  static HashTree text(String text) {
    return new HashTree.Leaf(Wire.utf8(text));
  }

  /// A tree with these names.
  static HashTree tree(Map<String, HashTree> below) {
    List<HashTree> labels = new ArrayList<>();
    new TreeMap<>(below)
        .forEach((name, tree) -> labels.add(new HashTree.Labeled(Wire.utf8(name), tree)));
    return join(labels);
  }

  static HashTree join(List<? extends HashTree> trees) {
    @Nullable HashTree joined = null;
    for (HashTree tree : trees.reversed()) {
      joined = joined == null ? tree : new HashTree.Fork(tree, joined);
    }
    return joined == null ? new HashTree.Empty() : joined;
  }

  static List<Object> cbor(HashTree tree) {
    return switch (tree) {
      case HashTree.Empty _ -> List.of(0);
      case HashTree.Fork(HashTree left, HashTree right) -> List.of(1, cbor(left), cbor(right));
      case HashTree.Labeled(byte[] label, HashTree below) -> List.of(2, label, cbor(below));
      case HashTree.Leaf(byte[] value) -> List.of(3, value);
      case HashTree.Pruned(byte[] hash) -> List.of(4, hash);
    };
  }
}
