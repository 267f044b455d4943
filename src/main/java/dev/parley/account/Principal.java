package dev.parley.account;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/// Who somebody is, as far as we know.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = Principal.User.class, name = "user"),
  @JsonSubTypes.Type(value = Principal.Holder.class, name = "holder"),
  @JsonSubTypes.Type(value = Principal.Foreign.class, name = "foreign"),
  @JsonSubTypes.Type(value = Principal.Guest.class, name = "guest"),
  @JsonSubTypes.Type(value = Principal.Device.class, name = "device")
})
public sealed interface Principal {

  /// What the identity is called in rooms and histories.
  String id();

  /// The name others are shown.
  String displayName();

  /// An e-mail address; null when none is known.
  @Nullable String email();

  /// Somebody who may be in conferences: one of our own tokens says so, and his id is a uuid.
  sealed interface Member extends Principal permits User, Holder {}

  /// An account of our own.
  ///
  /// @param id uuid of the user
  record User(String id, String email, String displayName) implements Member {}

  /// Somebody without an account whom a pass lets into one room.
  ///
  /// @param id uuid, the same whenever the same user of the same system comes; never an account's
  record Holder(String id, String displayName, Pass pass) implements Member {

    private static final String NAMELESS = "Guest";

    public Holder {
      String name = Names.printable(displayName);
      displayName = name.isEmpty() ? NAMELESS : name;
    }

    /// The holder who is a user of another system.
    ///
    /// @param issuer the system
    /// @param userId what the user is called there
    public static Holder of(String issuer, String userId, String displayName, Pass pass) {
      return new Holder(Names.uuidOf(issuer, userId), displayName, pass);
    }

    @Override
    public @Nullable String email() {
      return null;
    }
  }

  /// Somebody whom another issuer's token proves.
  ///
  /// @param id unique among those of the issuer; nothing keeps it from being equal to an id of
  ///   another issuer or of our own
  /// @param email as the issuer says
  /// @param issuer the token's `iss`
  record Foreign(String id, @Nullable String email, String displayName, String issuer)
      implements Principal {}

  /// Somebody who has not proven who he is.
  ///
  /// @param displayName as he says
  record Guest(String id, String displayName) implements Principal {
    @Override
    public @Nullable String email() {
      return null;
    }
  }

  /// A browser that meets strangers. Its id is what it says; the token proves that it said so.
  ///
  /// @param mayModerate whether it may look at reports and decide them
  record Device(String id, boolean mayModerate) implements Principal {
    @Override
    public String displayName() {
      return "";
    }

    @Override
    public @Nullable String email() {
      return null;
    }
  }
}
