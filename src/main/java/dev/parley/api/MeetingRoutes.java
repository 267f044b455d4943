package dev.parley.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.account.Principal;
import dev.parley.contract.Participant;
import dev.parley.contract.RoomSettings;
import dev.parley.kernel.Control;
import dev.parley.kernel.Failure;
import dev.parley.kernel.Features.MeetingAuth;
import dev.parley.kernel.Health;
import dev.parley.kernel.Now;
import dev.parley.kernel.Version;
import dev.parley.room.MeetingJson;
import dev.parley.room.MeetingRecord;
import dev.parley.room.MeetingRooms;
import dev.parley.room.RoomId;
import dev.parley.room.RoomState;
import dev.parley.turn.IceServers;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The life cycle of meetings, `/api/meetings/*`: `{success:true, …}`, or `{success:false, error,
/// code}`.
///
/// With a token, in `x-auth-token` or `Authorization: Bearer`, who asks is who it names, whatever
/// the body says; whether one is needed is `meetings.auth`.
public final class MeetingRoutes {

  private static final int MAX_TITLE = 200;
  private static final int MAX_DESCRIPTION = 1_000;
  private static final int MAX_ID = 128;
  private static final int MAX_NAME = 100;
  private static final int MAX_REASON = 200;

  private final MeetingRooms meetings;
  private final IceServers iceServers;
  private final ApiServices services;
  private final Health health;

  private MeetingRoutes(ApiServices services, Health health) {
    this.services = services;
    this.meetings = services.meetings();
    this.iceServers = services.iceServers();
    this.health = health;
  }

  public static void mount(Router router, ApiServices services, Health health) {
    MeetingRoutes routes = new MeetingRoutes(services, health);
    router.post("/api/meetings/create").handler(routes.waiting("create meeting", routes::create));
    Routes.read(router, "/api/meetings/health/check").handler(routes::health);
    Routes.read(router, "/api/meetings/config/ice-servers")
        .handler(routes.waiting("get ICE servers", routes::iceServers));
    Routes.read(router, "/api/meetings/user/:userId")
        .handler(routes.waiting("get user meetings", routes::ofUser));
    Routes.read(router, "/api/meetings/:roomId")
        .handler(routes.waiting("get meeting", routes::get));
    router.put("/api/meetings/:roomId").handler(routes.waiting("update meeting", routes::update));
    router
        .delete("/api/meetings/:roomId")
        .handler(routes.waiting("delete meeting", routes::delete));
    Routes.read(router, "/api/meetings/:roomId/participants")
        .handler(routes.waiting("get participants", routes::participants));
    Routes.read(router, "/api/meetings/:roomId/stats")
        .handler(routes.waiting("get meeting stats", routes::stats));
    router.post("/api/meetings/:roomId/end").handler(routes.waiting("end meeting", routes::end));
    Routes.read(router, "/api/meetings/:roomId/requests")
        .handler(routes.waiting("get join requests", routes::requests));
    router
        .post("/api/meetings/:roomId/requests/:userId/:decision")
        .handler(routes.waiting("decide the join request", routes::decide));
    router
        .route("/api/meetings/*")
        .handler(context -> Routes.fail(context, Failure.notFound("Route not found")));
  }

  /// Says what this is.
  public static void about(RoutingContext context) {
    answer(
        context,
        200,
        "service",
        "Meeting Service",
        "version",
        Version.current().version(),
        "description",
        "Signaling for meetings of browsers that connect to each other");
  }

  /// A handler that may wait. What no client can do anything about is told as what has failed.
  private io.vertx.core.Handler<RoutingContext> waiting(
      String what, Consumer<RoutingContext> handler) {
    Control control = services.control();
    return Routes.waiting(
        control,
        context -> {
          try {
            handler.accept(context);
          } catch (Failure failure) {
            throw failure.code() == Failure.Code.UNAVAILABLE
                ? Failure.unavailable("Failed to " + what)
                : failure;
          }
        });
  }

  /// Who has proven to ask; null for a guest.
  private @Nullable Principal proven(RoutingContext context) {
    return proven(context, Caller::of);
  }

  private @Nullable Principal proven(RoutingContext context, Caller.Check check) {
    MeetingAuth auth = services.meetingConfig().auth();
    if (auth == MeetingAuth.OFF) {
      return null;
    }
    String token = context.request().getHeader("x-auth-token");
    if (token == null) {
      token = Caller.bearer(context);
    }
    if (token != null) {
      return check.caller(services.identities(), token, "Token is not valid");
    }
    if (auth == MeetingAuth.REQUIRED) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "No token, authorization denied");
    }
    return null;
  }

  /// Who acts as host.
  ///
  /// @param said what he calls himself
  private static MeetingRooms.Host host(@Nullable Principal proven, @Nullable String said) {
    return proven == null
        ? new MeetingRooms.Host(said == null ? "" : said, false)
        : new MeetingRooms.Host(proven.id(), true);
  }

  private MeetingRooms.Host host(RoutingContext context) {
    Principal proven = proven(context);
    String said = new Input(Routes.bodyOrEmpty(context)).id("hostId", MAX_ID);
    return host(proven, said == null ? context.request().getParam("hostId") : said);
  }

  private static String roomId(RoutingContext context) {
    return RoomId.meeting(String.valueOf(context.pathParam("roomId")));
  }

  private void create(RoutingContext context) {
    Principal proven = proven(context);
    Input input = new Input(Routes.body(context));
    String title = input.text("title", MAX_TITLE);
    MeetingRooms.Host host = host(proven, input.id("hostId", MAX_ID));
    if (title == null || host.id().isEmpty()) {
      throw Failure.invalid("Title and hostId are required");
    }
    String hostName = input.textOrEmpty("hostName", MAX_NAME);
    RoomSettings defaults = MeetingJson.defaults(services.meetingConfig().maxParticipants());
    MeetingRecord meeting =
        meetings.create(
            host,
            new MeetingRooms.Plan(
                title,
                input.textOrEmpty("description", MAX_DESCRIPTION),
                hostName.isEmpty() && proven != null ? proven.displayName() : hostName,
                input.time("scheduledAt"),
                MeetingJson.merge(defaults, input.node("settings"))));
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("roomId", meeting.roomId());
    fields.put("title", meeting.title());
    fields.put("description", meeting.description());
    fields.put("hostId", meeting.hostId());
    fields.put("scheduledAt", text(meeting.scheduledAt()));
    fields.put("status", word(meeting.status()));
    fields.put("settings", MeetingJson.settings(meeting.settings()));
    fields.put("createdAt", text(meeting.createdAt()));
    answer(context, 201, "meeting", fields);
  }

  private void get(RoutingContext context) {
    var _ = proven(context);
    MeetingRooms.View view = meetings.get(roomId(context));
    MeetingRecord meeting = view.record();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("roomId", meeting.roomId());
    fields.put("title", meeting.title());
    fields.put("description", meeting.description());
    fields.put("hostId", meeting.hostId());
    fields.put("status", word(view.status()));
    fields.put("maxParticipants", meeting.settings().maxParticipants());
    fields.put("settings", MeetingJson.settings(meeting.settings()));
    fields.put("scheduledAt", text(meeting.scheduledAt()));
    fields.put("createdAt", text(meeting.createdAt()));
    fields.put("startedAt", text(meeting.startedAt()));
    fields.put("endedAt", text(meeting.endedAt()));
    RoomState live = view.live();
    fields.put("participantCount", live == null ? 0 : live.participants().size());
    answer(context, 200, "meeting", fields);
  }

  private void participants(RoutingContext context) {
    var _ = proven(context);
    List<Map<String, Object>> people = new ArrayList<>();
    for (Participant each : meetings.participants(roomId(context))) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("userId", each.userId());
      fields.put("userName", each.displayName());
      fields.put("userPicture", each.picture());
      fields.put("isConnected", true);
      fields.put("isAudioEnabled", !each.isMuted());
      fields.put("isVideoEnabled", !each.isVideoOff());
      fields.put("isScreenSharing", each.isScreenSharing());
      fields.put("joinedAt", Instant.ofEpochMilli(each.joinedAt()).toString());
      people.add(fields);
    }
    answer(context, 200, "participants", people, "count", people.size());
  }

  private void update(RoutingContext context) {
    Principal proven = proven(context);
    Input input = new Input(Routes.body(context));
    JsonNode description = input.node("description");
    MeetingRecord meeting =
        meetings.update(
            roomId(context),
            host(proven, input.id("hostId", MAX_ID)),
            input.text("title", MAX_TITLE),
            description.isTextual() ? input.textOrEmpty("description", MAX_DESCRIPTION) : null,
            before -> MeetingJson.merge(before, input.node("settings")));
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("roomId", meeting.roomId());
    fields.put("title", meeting.title());
    fields.put("description", meeting.description());
    fields.put("settings", MeetingJson.settings(meeting.settings()));
    answer(context, 200, "meeting", fields);
  }

  private void end(RoutingContext context) {
    MeetingRecord meeting = meetings.end(roomId(context), host(context));
    answer(context, 200, "message", "Meeting ended", "analytics", analytics(meeting));
  }

  private void delete(RoutingContext context) {
    meetings.delete(roomId(context), host(context));
    answer(context, 200, "message", "Meeting deleted");
  }

  private void stats(RoutingContext context) {
    var _ = proven(context);
    MeetingRooms.View view = meetings.stats(roomId(context));
    RoomState live = view.live();
    List<Participant> people = live == null ? List.of() : live.participantList();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("roomId", view.record().roomId());
    fields.put("participantCount", people.size());
    fields.put("activeParticipants", people.size());
    fields.put("audioEnabled", people.stream().filter(each -> !each.isMuted()).count());
    fields.put("videoEnabled", people.stream().filter(each -> !each.isVideoOff()).count());
    fields.put("screenSharing", people.stream().filter(Participant::isScreenSharing).count());
    fields.put("status", word(view.status()));
    answer(context, 200, "stats", fields);
  }

  private void ofUser(RoutingContext context) {
    Principal proven = proven(context);
    String userId = Input.pathId(context, "userId");
    if (proven != null && !proven.id().equals(userId)) {
      throw Failure.forbidden("Not authorized to see the meetings of others");
    }
    int limit = Input.number(context, "limit", 20, 1, 100);
    int skip = Input.number(context, "skip", 0, 0, 1_000_000);
    MeetingRooms.Page page = meetings.ofUser(userId, proven != null, status(context), limit, skip);
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    for (MeetingRecord meeting : page.meetings()) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      fields.put("roomId", meeting.roomId());
      fields.put("title", meeting.title());
      fields.put("description", meeting.description());
      fields.put("hostId", meeting.hostId());
      fields.put("status", word(meeting.status()));
      fields.put("scheduledAt", text(meeting.scheduledAt()));
      fields.put("createdAt", text(meeting.createdAt()));
      fields.put("startedAt", text(meeting.startedAt()));
      fields.put("endedAt", text(meeting.endedAt()));
      fields.put("analytics", analytics(meeting));
      list.add(fields);
    }
    answer(context, 200, "meetings", list, "total", page.total(), "limit", limit, "skip", skip);
  }

  private static MeetingRecord.@Nullable Status status(RoutingContext context) {
    String word = context.request().getParam("status");
    if (word == null || word.isEmpty()) {
      return null;
    }
    for (MeetingRecord.Status status : MeetingRecord.Status.values()) {
      if (word(status).equals(word)) {
        return status;
      }
    }
    throw Failure.invalid(
        "status must be one of the following values: scheduled, waiting, active, completed");
  }

  private void requests(RoutingContext context) {
    String roomId = roomId(context);
    List<Map<String, Object>> list = new ArrayList<>();
    meetings
        .requests(roomId, host(context))
        .forEach(request -> list.add(MeetingJson.request(roomId, request)));
    answer(context, 200, "requests", list);
  }

  private void decide(RoutingContext context) {
    boolean isApproved =
        switch (String.valueOf(context.pathParam("decision"))) {
          case "approve" -> true;
          case "reject" -> false;
          default -> throw Failure.notFound("Route not found");
        };
    String reason = new Input(Routes.bodyOrEmpty(context)).textOrEmpty("reason", MAX_REASON);
    String userId = Input.pathId(context, "userId");
    meetings.decide(roomId(context), host(context), userId, isApproved, reason);
    answer(context, 200, "message", isApproved ? "Participant approved" : "Participant rejected");
  }

  private void iceServers(RoutingContext context) {
    Principal proven = proven(context, Caller::ofAny);
    String user = proven == null ? "guest" : proven.id();
    answer(
        context,
        200,
        "iceServers",
        iceServers.forUser(user, Instant.now()),
        "timestamp",
        Now.text());
  }

  private void health(RoutingContext context) {
    health
        .stores()
        .onSuccess(stores ->
            answer(
                context,
                200,
                "service",
                OpsRoutes.MEETING_SERVICE,
                "redis",
                OpsRoutes.connected(stores),
                "timestamp",
                Now.text()));
  }

  private static Map<String, Object> analytics(MeetingRecord meeting) {
    Map<String, Object> analytics = new LinkedHashMap<>();
    analytics.put("totalParticipantsJoined", meeting.participants());
    analytics.put("peakParticipants", meeting.peakParticipants());
    analytics.put("duration", minutes(meeting.startedAt(), meeting.endedAt()));
    return analytics;
  }

  private static long minutes(@Nullable Instant from, @Nullable Instant to) {
    return from == null || to == null
        ? 0
        : Math.round(Duration.between(from, to).toMillis() / 60_000.0);
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }

  private static String word(MeetingRecord.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private static void answer(RoutingContext context, int status, Object... fields) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("success", true);
    for (int i = 0; i < fields.length; i += 2) {
      body.put(String.valueOf(fields[i]), fields[i + 1]);
    }
    Routes.answer(context, status, body);
  }
}
