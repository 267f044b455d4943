package dev.parley.contract;

import java.util.List;

/// Whom somebody would like to meet.
///
/// @param region in lower case; `global` for anywhere
/// @param language in lower case; nobody is matched with another one
/// @param gender of himself: `male`, `female`, `other`, or empty
/// @param genderPreference the same of whom he wants to meet; empty for anybody
/// @param type what for: `casual`, `serious`, `gaming` or `language`
/// @param nativeLanguage what he can teach, where it is for `language`; else empty
/// @param learningLanguage what he wants to learn then; else empty
/// @param interests in lower case, without doubles
public record Wish(
    String region,
    String language,
    String gender,
    String genderPreference,
    String type,
    String nativeLanguage,
    String learningLanguage,
    List<String> interests) {

  /// The region of those who do not mind.
  public static final String GLOBAL = "global";

  /// The type of those who want to teach each other.
  public static final String EXCHANGE = "language";

  public Wish {
    interests = List.copyOf(interests);
  }
}
