package dev.parley.signaling;

import dev.parley.contract.Participant;
import dev.parley.contract.ProducerInfo;
import dev.parley.contract.Role;
import dev.parley.contract.RoomEvent.Mark;
import dev.parley.contract.RtpParameters;
import dev.parley.kernel.Json;
import dev.parley.room.MeetingJson;
import dev.parley.signaling.Dialect.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What clients of meetings are told: the union of what those that go by user ids and those that go
/// by socket ids look at.
final class MeetingWords {

  private MeetingWords() {}

  /// Null for what they are not told.
  static @Nullable Message event(Event event) {
    return switch (event) {
      case Event.OfStrangers _ -> null;
      case Event.Refused e -> Message.of("meeting-error", "error", e.message(), "code", e.code());
      case Event.IceServersOffered e -> Message.of("ice-servers", "iceServers", e.servers());
      case Event.OthersPresent e ->
          Message.of(
              "existing-participants",
              "participants",
              others(e.room().participantList(), e.self()),
              "hostId",
              e.room().hostUserId());
      case Event.Entered e -> entered(e);
      case Event.ParticipantJoined e ->
          new Message("participant-joined", Json.write(person(e.participant())));
      case Event.ParticipantLeft e ->
          Message.of(
              "participant-left",
              "userId",
              e.participant().userId(),
              "socketId",
              e.participant().socketId());
      case Event.MediaMarked e -> marked(e.participant(), e.mark());
      case Event.HandRaised e ->
          Message.of(
              "participant-hand-changed",
              "userId",
              e.participant().userId(),
              "socketId",
              e.participant().socketId(),
              "isHandRaised",
              e.participant().handRaised());
      case Event.RoomClosed e -> Message.of("meeting:ended", "by", e.by());
      case Event.Kicked e -> Message.of("control:removed", "by", e.by());
      case Event.Muted e -> Message.of("control:mute", "by", e.by());
      case Event.SettingsChanged e ->
          Message.of(
              "meeting:updated",
              "roomId",
              e.roomId(),
              "title",
              e.title(),
              "settings",
              MeetingJson.settings(e.settings()));
      case Event.SfuAdvised e ->
          Message.of("meeting:topology", "roomId", e.roomId(), "topology", "sfu");
      case Event.ApprovalAwaited e ->
          Message.of(
              "waiting-for-approval",
              "roomId",
              e.roomId(),
              "userId",
              e.request().userId(),
              "requestedAt",
              time(e.request().requestedAt()));
      case Event.JoinRequested e ->
          new Message("join-request", Json.write(MeetingJson.request(e.roomId(), e.request())));
      case Event.JoinRequestSettled e ->
          Message.of("join-request-cancelled", "roomId", e.roomId(), "userId", e.userId());
      case Event.ProducerAdded e ->
          new Message("newProducer", Json.write(producer(e.producer(), e.displayName())));
      case Event.ProducerClosed e ->
          Message.of(
              "producerClosed",
              "producerId",
              e.producerId(),
              "peerId",
              e.socketId(),
              "userId",
              e.userId());
      case Event.ProducerPaused e ->
          Message.of(
              e.producer().paused() ? "producerPaused" : "producerResumed",
              "producerId",
              e.producer().producerId(),
              "peerId",
              e.producer().socketId(),
              "userId",
              e.producer().userId());
      case Event.TransportClosed e ->
          Message.of("transportClosed", "transportId", e.transportId(), "reason", e.reason());
      case Event.Authenticated _,
          Event.Replaced _,
          Event.RoleChanged _,
          Event.Departed _,
          Event.LayersChanged _ ->
          null;
    };
  }

  private static Message entered(Event.Entered event) {
    Map<String, Object> meeting = new LinkedHashMap<>();
    meeting.put("title", event.room().title());
    meeting.put("hostId", event.room().hostUserId());
    meeting.put("settings", MeetingJson.settings(event.room().settings()));
    Participant self = event.self();
    return Message.of(
        "joined-meeting",
        "roomId",
        event.room().roomId(),
        "userId",
        self.userId(),
        "peerId",
        self.socketId(),
        "meeting",
        meeting,
        "userName",
        self.displayName(),
        "isHost",
        self.role() == Role.HOST,
        "topology",
        event.room().usesSfu() ? "sfu" : "mesh");
  }

  private static Message marked(Participant participant, Mark mark) {
    String userId = participant.userId();
    return switch (mark) {
      case VIDEO ->
          Message.of(
              "participant-video-changed",
              "userId",
              userId,
              "isVideoEnabled",
              !participant.isVideoOff());
      case SCREEN ->
          Message.of(
              "participant-screen-share-changed",
              "userId",
              userId,
              "isScreenSharing",
              participant.isScreenSharing());
      default ->
          Message.of(
              "participant-audio-changed",
              "userId",
              userId,
              "isAudioEnabled",
              !participant.isMuted());
    };
  }

  static String reply(Reply reply) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("success", true);
    switch (reply) {
      case Reply.MeetingJoined r -> {
        Map<String, Object> meeting = new LinkedHashMap<>();
        meeting.put("roomId", r.room().roomId());
        meeting.put("title", r.room().title());
        meeting.put("participants", others(r.room().participantList(), r.self()));
        answer.put("meeting", meeting);
      }
      case Reply.JoinRequests r ->
          answer.put(
              "requests",
              r.requests().stream().map(each -> MeetingJson.request(r.roomId(), each)).toList());
      case Reply.Capabilities r -> answer.put("rtpCapabilities", r.rtpCapabilities());
      case Reply.TransportCreated r -> {
        answer.put("id", r.id());
        answer.put("iceParameters", r.iceParameters());
        answer.put("iceCandidates", r.iceCandidates());
        answer.put("dtlsParameters", r.dtlsParameters());
        answer.put("iceServers", r.iceServers());
      }
      case Reply.IceRestarted r -> answer.put("iceParameters", r.iceParameters());
      case Reply.Produced r -> answer.put("id", r.producerId());
      case Reply.Consumed r -> {
        answer.put("id", r.consumerId());
        answer.put("producerId", r.producerId());
        answer.put("kind", r.kind());
        answer.put("rtpParameters", r.rtpParameters());
        answer.put("type", type(r.rtpParameters()));
        answer.put("producerPaused", r.producerPaused());
        answer.put("appData", r.appData());
      }
      case Reply.PeerProducers r ->
          answer.put(
              "producers",
              r.producers().stream()
                  .map(each -> producer(each, MediaCommands.nameOf(r.room(), each)))
                  .toList());
      default -> {}
    }
    return Json.write(answer);
  }

  /// As mediasoup calls the kinds of consumers.
  private static String type(RtpParameters parameters) {
    List<RtpParameters.Encoding> encodings = parameters.encodings();
    boolean isLayered =
        encodings != null && encodings.stream().anyMatch(each -> each.scalabilityMode() != null);
    return isLayered ? "simulcast" : "simple";
  }

  private static List<Map<String, Object>> others(List<Participant> people, Participant self) {
    List<Map<String, Object>> others = new ArrayList<>();
    for (Participant each : people) {
      if (!each.key().equals(self.key())) {
        others.add(person(each));
      }
    }
    return others;
  }

  private static Map<String, Object> person(Participant participant) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("userId", participant.userId());
    fields.put("userName", participant.displayName());
    fields.put("userPicture", participant.picture());
    fields.put("peerId", participant.socketId());
    fields.put("isAudioEnabled", !participant.isMuted());
    fields.put("isVideoEnabled", !participant.isVideoOff());
    fields.put("isScreenSharing", participant.isScreenSharing());
    fields.put("name", participant.displayName());
    fields.put("socketId", participant.socketId());
    fields.put("isHost", participant.role() == Role.HOST);
    fields.put("isHandRaised", participant.handRaised());
    return fields;
  }

  private static Map<String, Object> producer(ProducerInfo producer, String userName) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("producerId", producer.producerId());
    fields.put("peerId", producer.socketId());
    fields.put("userId", producer.userId());
    fields.put("userName", userName);
    fields.put("kind", producer.kind());
    fields.put("paused", producer.paused());
    fields.put("appData", new Reply.AppData(producer.label()));
    return fields;
  }

  /// The beginning of an object that says who speaks.
  static String speaker(Participant sender) {
    return "{\"userId\":"
        + Json.write(sender.userId())
        + ",\"userName\":"
        + Json.write(sender.displayName());
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }
}
