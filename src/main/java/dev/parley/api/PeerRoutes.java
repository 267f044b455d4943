package dev.parley.api;

import dev.parley.account.Principal;
import dev.parley.contract.Participant;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features.RoomAuth;
import dev.parley.room.PeerRooms;
import dev.parley.room.RoomState;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Light rooms, `/api/rooms`, and the ICE servers for them; failures are `{error, code}`.
///
/// Where `rooms.auth` admits guests, a guest is whoever comes from an address: he may delete what
/// was made from there.
public final class PeerRoutes {

  private static final int MAX_NAME = 100;
  private static final int GUEST_CHARACTERS = 16;

  private final PeerRooms rooms;
  private final ApiServices services;
  private final Function<RoutingContext, String> addresses;

  private PeerRoutes(ApiServices services, Function<RoutingContext, String> addresses) {
    this.services = services;
    this.rooms = services.peers();
    this.addresses = addresses;
  }

  /// @param addresses the address that a request comes from
  public static void mount(
      Router router, ApiServices services, Function<RoutingContext, String> addresses) {
    PeerRoutes routes = new PeerRoutes(services, addresses);
    var control = services.control();
    Routes.read(router, "/api/rooms").handler(Routes.waiting(control, routes::list));
    router.post("/api/rooms").handler(Routes.waiting(control, routes::create));
    Routes.read(router, "/api/rooms/:roomId").handler(Routes.waiting(control, routes::get));
    router.delete("/api/rooms/:roomId").handler(Routes.waiting(control, routes::delete));
    Routes.read(router, "/api/turn-credentials").handler(Routes.waiting(control, routes::turn));
  }

  private String callerId(RoutingContext context) {
    return callerId(context, Caller::of);
  }

  private String callerId(RoutingContext context, Caller.Check check) {
    String token = Caller.bearer(context);
    if (token == null) {
      if (services.roomConfig().auth() == RoomAuth.REQUIRED) {
        throw new Failure(Failure.Code.UNAUTHENTICATED, "Missing authorization header");
      }
      return guest(addresses.apply(context));
    }
    Principal principal = check.caller(services.identities(), token, "Invalid token");
    return principal.id();
  }

  /// The id of a guest, from which his address cannot be found.
  private String guest(String address) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(
          new SecretKeySpec(services.guestKey().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      byte[] hash = mac.doFinal(("guest " + address).getBytes(StandardCharsets.UTF_8));
      return "guest:" + Base64.getUrlEncoder().encodeToString(hash).substring(0, GUEST_CHARACTERS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void list(RoutingContext context) {
    String caller = callerId(context);
    List<Map<String, Object>> list = new ArrayList<>();
    for (RoomState room : rooms.list()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", room.roomId());
      fields.put("name", room.title());
      fields.put("participants", room.participants().size());
      fields.put("createdAt", createdAt(room));
      fields.put("createdBy", room.hostUserId());
      fields.put("isOwner", room.hostUserId().equals(caller));
      list.add(fields);
    }
    Routes.answer(context, 200, Map.of("rooms", list));
  }

  private void create(RoutingContext context) {
    String caller = callerId(context);
    String name = name(context);
    if (name == null) {
      throw Failure.invalid("Room name is required");
    }
    RoomState room = rooms.create(name, caller);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", room.roomId());
    fields.put("name", room.title());
    fields.put("participants", 0);
    fields.put("createdBy", caller);
    fields.put("isOwner", true);
    fields.put("createdAt", createdAt(room));
    Routes.answer(context, 201, fields);
  }

  private static @Nullable String name(RoutingContext context) {
    return new Input(Routes.bodyOrEmpty(context)).text("name", MAX_NAME);
  }

  private void get(RoutingContext context) {
    String caller = callerId(context);
    RoomState room = rooms.get(roomId(context));
    List<Map<String, Object>> people = new ArrayList<>();
    for (Participant each : room.participants().values()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", each.userId());
      fields.put("username", each.displayName());
      fields.put("socketId", each.socketId());
      people.add(fields);
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("id", room.roomId());
    fields.put("name", room.title());
    fields.put("participants", people);
    fields.put("createdAt", createdAt(room));
    fields.put("createdBy", room.hostUserId());
    fields.put("isOwner", room.hostUserId().equals(caller));
    Routes.answer(context, 200, fields);
  }

  private void delete(RoutingContext context) {
    rooms.delete(roomId(context), callerId(context));
    Routes.answer(context, 200, Map.of("message", "Room deleted successfully"));
  }

  private void turn(RoutingContext context) {
    String caller = callerId(context, Caller::ofAny);
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("iceServers", services.iceServers().forUser(caller, now));
    fields.put("expiresOn", now.plus(services.turnConfig().credentialTtl()).toString());
    Routes.answer(context, 200, fields);
  }

  private static String roomId(RoutingContext context) {
    return String.valueOf(context.pathParam("roomId")).toLowerCase(Locale.ROOT);
  }

  private static String createdAt(RoomState room) {
    return Instant.ofEpochMilli(room.createdAt()).toString();
  }
}
