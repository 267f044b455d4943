package dev.parley.account;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/// Who somebody is.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Principal.User.class, name = "user"),
  @JsonSubTypes.Type(value = Principal.Guest.class, name = "guest"),
  @JsonSubTypes.Type(value = Principal.Foreign.class, name = "foreign")
})
public sealed interface Principal {

  /// What the identity is called in rooms and histories.
  String id();

  /// What others see; empty when nobody said.
  String displayName();

  /// An e-mail address, when there is one.
  @Nullable String email();

  /// An account of our own.
  ///
  /// @param id uuid of the user
  record User(String id, String email, String displayName) implements Principal {}

  /// Somebody who has not proven who he is.
  record Guest(String id, String displayName) implements Principal {
    @Override
    public @Nullable String email() {
      return null;
    }
  }

  /// Somebody whom another issuer's token names.
  ///
  /// @param issuer of the token
  record Foreign(String id, @Nullable String email, String displayName, String issuer)
      implements Principal {}
}
