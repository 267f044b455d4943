package dev.parley.bridge.ic;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A part of a replica's state whose root hash stands for the whole, after the interface
/// specification of the Internet Computer ("Certificate", "Lookup").
///
/// What a replica leaves out of it is pruned to its hash: so a path is found, shown to be absent,
/// or not told about.
@SuppressWarnings("ArrayRecordComponent")
sealed interface HashTree {

  record Empty() implements HashTree {}

  record Fork(HashTree left, HashTree right) implements HashTree {}

  record Labeled(byte[] label, HashTree below) implements HashTree {}

  record Leaf(byte[] value) implements HashTree {}

  record Pruned(byte[] hash) implements HashTree {}

  /// What a tree tells of a path.
  sealed interface Lookup {}

  record Found(HashTree tree) implements Lookup {}

  enum Missing implements Lookup {
    /// There is no such path.
    ABSENT,
    /// The path may lead into what is pruned.
    UNTOLD
  }

  /// The tree of its CBOR form.
  ///
  /// @throws dev.parley.kernel.Failure UNAVAILABLE when it is none
  static HashTree parse(JsonNode node) {
    return switch (node.path(0).asInt(-1)) {
      case 0 -> new Empty();
      case 1 -> new Fork(parse(node.path(1)), parse(node.path(2)));
      case 2 -> new Labeled(Cbor.bytes(node.path(1)), parse(node.path(2)));
      case 3 -> new Leaf(Cbor.bytes(node.path(1)));
      case 4 -> new Pruned(Cbor.bytes(node.path(1)));
      default -> throw Cbor.malformed();
    };
  }

  /// The root hash.
  default byte[] digest() {
    return switch (this) {
      case Empty _ -> Wire.sha256(Wire.domain("ic-hashtree-empty"));
      case Fork(HashTree left, HashTree right) ->
          Wire.sha256(Wire.domain("ic-hashtree-fork"), left.digest(), right.digest());
      case Labeled(byte[] label, HashTree below) ->
          Wire.sha256(Wire.domain("ic-hashtree-labeled"), label, below.digest());
      case Leaf(byte[] value) -> Wire.sha256(Wire.domain("ic-hashtree-leaf"), value);
      case Pruned(byte[] hash) -> hash;
    };
  }

  /// What is below a path.
  default Lookup find(byte[]... path) {
    HashTree at = this;
    for (byte[] label : path) {
      switch (at.step(label)) {
        case Found(HashTree below) -> at = below;
        case Missing missing -> {
          return missing;
        }
      }
    }
    return switch (at) {
      case Pruned _ -> Missing.UNTOLD;
      case Empty _ -> Missing.ABSENT;
      default -> new Found(at);
    };
  }

  private Lookup step(byte[] label) {
    // Labels ascend from left to right, and what is pruned may hide any that fit in its place.
    boolean mayBeHidden = false;
    for (HashTree tree : children()) {
      switch (tree) {
        case Labeled(byte[] other, HashTree below) -> {
          int order = Arrays.compareUnsigned(other, label);
          if (order == 0) {
            return new Found(below);
          }
          if (order > 0) {
            return mayBeHidden ? Missing.UNTOLD : Missing.ABSENT;
          }
          mayBeHidden = false;
        }
        case Pruned _ -> mayBeHidden = true;
        default -> {}
      }
    }
    return mayBeHidden ? Missing.UNTOLD : Missing.ABSENT;
  }

  /// What its forks join, from left to right.
  default List<HashTree> children() {
    List<HashTree> children = new ArrayList<>();
    collect(children);
    return children;
  }

  private void collect(List<HashTree> children) {
    switch (this) {
      case Empty _ -> {}
      case Fork(HashTree left, HashTree right) -> {
        left.collect(children);
        right.collect(children);
      }
      default -> children.add(this);
    }
  }
}
