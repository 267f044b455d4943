package dev.parley.media;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The level of an H264 stream in Constrained Baseline, the one profile a router forwards
/// (`profile-level-id`, RFC 6184 §8.1).
///
/// @param rank twice `level_idc`, so that level 1b has a place (21) between 1 (20) and 1.1 (22)
record H264Level(int rank) implements Comparable<H264Level> {

  private static final H264Level LEVEL_1B = new H264Level(21);

  /// Level 3.1, meant by browsers when the parameter is missing.
  private static final H264Level DEFAULT = new H264Level(2 * 31);

  /// The level named by `fmtp` values, or null when they name another profile or none at all.
  static @Nullable H264Level of(Map<String, Object> parameters) {
    Object value = parameters.get("profile-level-id");
    if (value == null || value.equals("")) {
      return DEFAULT;
    }
    String hex = value.toString();
    if (hex.length() != 6 || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
      return null;
    }
    int bits = Integer.parseInt(hex, 16);
    int levelIdc = bits & 0xff;
    int constraints = (bits >> 8) & 0xff;
    if (!isConstrainedBaseline(bits >> 16, constraints) || !isLevel(levelIdc)) {
      return null;
    }
    return levelIdc == 11 && (constraints & 0x10) != 0 ? LEVEL_1B : new H264Level(2 * levelIdc);
  }

  /// Profiles that equal Constrained Baseline by their constraint flags (RFC 6184 table 5).
  private static boolean isConstrainedBaseline(int profileIdc, int constraints) {
    if ((constraints & 0x0f) != 0) {
      return false;
    }
    return switch (profileIdc) {
      case 0x42 -> (constraints & 0x40) != 0;
      case 0x4d -> (constraints & 0x80) != 0;
      case 0x58 -> (constraints & 0xc0) == 0xc0;
      default -> false;
    };
  }

  /// `level_idc` values of H.264 table A-1.
  private static boolean isLevel(int levelIdc) {
    return switch (levelIdc) {
      case 10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52 -> true;
      default -> false;
    };
  }

  /// The `profile-level-id` that answers `offered` when `supported` is ours: the offered level if
  /// both sides allow asymmetry, else the lower one (RFC 6184 §8.2.2). Both must have a level.
  static String answer(Map<String, Object> offered, Map<String, Object> supported) {
    H264Level theirs = of(offered);
    H264Level ours = of(supported);
    if (theirs == null || ours == null) {
      throw new IllegalArgumentException("not Constrained Baseline");
    }
    boolean asymmetric = allowsAsymmetry(offered) && allowsAsymmetry(supported);
    return (asymmetric || theirs.compareTo(ours) < 0 ? theirs : ours).profileLevelId();
  }

  private static boolean allowsAsymmetry(Map<String, Object> parameters) {
    Object value = parameters.get("level-asymmetry-allowed");
    return value != null && value.toString().equals("1");
  }

  private String profileLevelId() {
    return equals(LEVEL_1B) ? "42f00b" : String.format("42e0%02x", rank / 2);
  }

  @Override
  public int compareTo(H264Level other) {
    return Integer.compare(rank, other.rank);
  }
}
