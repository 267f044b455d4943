package dev.parley.signaling;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.DeviceTokens;
import dev.parley.account.Identities;
import dev.parley.account.Principal;
import dev.parley.contract.RoomKind;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features.MeetingAuth;
import dev.parley.kernel.Features.RoomAuth;
import dev.parley.signaling.socketio.Socket;
import java.util.function.BiPredicate;

/// Finds out who a socket is, by the token it brings and what is asked for where it came in.
final class SignIn {

  private final Identities identities;
  private final DeviceTokens devices;
  private final BiPredicate<String, String> isBanned;
  private final MeetingAuth meetingAuth;
  private final RoomAuth peerAuth;

  /// @param devices tokens of strangers
  /// @param isBanned whether a device, or one from an address, is shut out
  /// @param meetingAuth whether meetings ask who their participants are
  /// @param peerAuth whether light rooms do
  SignIn(
      Identities identities,
      DeviceTokens devices,
      BiPredicate<String, String> isBanned,
      MeetingAuth meetingAuth,
      RoomAuth peerAuth) {
    this.devices = devices;
    this.isBanned = isBanned;
    this.identities = identities;
    this.meetingAuth = meetingAuth;
    this.peerAuth = peerAuth;
  }

  /// Whether one who is refused is refused the CONNECT, as clients of light rooms expect. Those of
  /// conferences are let in, told, and disconnected.
  boolean refusesConnect(Entrance entrance, Socket socket) {
    if (entrance.serves(RoomKind.PAIR)) {
      return false;
    }
    return !entrance.serves(RoomKind.CONFERENCE) || identities.isForeign(token(socket));
  }

  /// Who a socket is. Waits.
  ///
  /// @throws Failure UNAUTHENTICATED when its token does not hold, or is needed and missing
  Principal identify(Entrance entrance, Socket socket) {
    String token = token(socket);
    if (entrance.serves(RoomKind.PAIR)) {
      return device(socket, token);
    }
    boolean looksAtTokens =
        entrance.serves(RoomKind.CONFERENCE)
            || entrance.serves(RoomKind.PEER)
            || meetingAuth != MeetingAuth.OFF;
    if (token.isEmpty() || !looksAtTokens) {
      if (!admitsGuests(entrance)) {
        throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication token required");
      }
      return new Principal.Guest("guest:" + socket.id(), "");
    }
    Principal principal = identities.authenticate(token);
    boolean isOfUse =
        switch (principal) {
          case Principal.Foreign _ ->
              entrance.serves(RoomKind.PEER) || entrance.serves(RoomKind.MEETING);
          case Principal.Holder _ -> entrance.serves(RoomKind.CONFERENCE);
          case Principal.User _, Principal.Guest _, Principal.Device _ -> true;
        };
    if (!isOfUse) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication failed");
    }
    return principal;
  }

  private Principal device(Socket socket, String token) {
    Principal.Device device = devices.verify(token).await();
    if (isBanned.test(device.id(), socket.handshake().address())) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Device is blocked");
    }
    return device;
  }

  private boolean admitsGuests(Entrance entrance) {
    return (entrance.serves(RoomKind.MEETING) && meetingAuth != MeetingAuth.REQUIRED)
        || (entrance.serves(RoomKind.PEER) && peerAuth == RoomAuth.ANONYMOUS);
  }

  private static String token(Socket socket) {
    JsonNode token = socket.auth().path("token");
    // What is no text is a token as well: one that does not hold.
    String given = token.isValueNode() ? token.asText("") : token.toString();
    if (given.isEmpty()) {
      String header = socket.handshake().header("authorization");
      given = header == null ? "" : header;
    }
    return given.startsWith("Bearer ") ? given.substring("Bearer ".length()) : given;
  }
}
