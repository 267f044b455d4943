package dev.parley.signaling;

import dev.parley.contract.RoomEvent.LeaveReason;

/// Sends each command to the code that runs it.
///
/// @param rooms commands that change rooms
/// @param meetings commands of meetings and light rooms
/// @param match commands of strangers
/// @param media commands about media
/// @param door how connections leave rooms
record Commands(
    RoomCommands rooms,
    MeetingCommands meetings,
    MatchCommands match,
    MediaCommands media,
    RoomDoor door) {

  /// Runs one command and waits for its end.
  ///
  /// @throws dev.parley.kernel.Failure what is to be told to the client
  Reply run(Connection connection, Command command) {
    return switch (command) {
      case Command.CreateRoom c -> rooms.create(connection, c);
      case Command.JoinRoom c -> rooms.join(connection, c);
      case Command.JoinMeeting c -> meetings.join(connection, c);
      case Command.JoinPeers c -> meetings.join(connection, c);
      case Command.JoinQueue c -> match.join(connection, c);
      case Command.LeaveQueue _ -> match.leave(connection);
      case Command.EndCall c -> match.end(connection, c);
      case Command.TellConnection c -> match.tellConnection(connection, c);
      case Command.GetMatch c -> match.details(connection, c);
      case Command.LeaveCurrent c -> meetings.leave(connection, c);
      case Command.Mark c -> meetings.mark(connection, c);
      case Command.MarkQuality c -> meetings.markQuality(connection, c);
      case Command.ControlPeer c -> meetings.control(connection, c);
      case Command.EndMeeting _ -> meetings.end(connection);
      case Command.DecideJoin c -> meetings.decide(connection, c);
      case Command.ListJoinRequests _ -> meetings.requests(connection);
      case Command.LeaveRoom c -> leave(connection, c);
      case Command.CloseRoom c -> rooms.close(connection, c);
      case Command.Kick c -> rooms.kick(connection, c);
      case Command.MuteAll c -> rooms.muteAll(connection, c);
      case Command.Mute c -> rooms.mute(connection, c);
      case Command.ChangeRole c -> rooms.changeRole(connection, c);
      case Command.RaiseHand c -> rooms.raiseHand(connection, c);
      case Command.React c -> rooms.react(connection, c);
      case Command.ChangeSettings c -> rooms.changeSettings(connection, c);
      case Command.MarkMedia c -> rooms.markMedia(connection, c);
      case Command.GetProducers c -> rooms.producers(connection, c);
      case Command.GetCapabilities c -> media.capabilities(connection, c);
      case Command.CreateTransport c -> media.createTransport(connection, c);
      case Command.ConnectTransport c -> media.connectTransport(connection, c);
      case Command.RestartIce c -> media.restartIce(connection, c);
      case Command.Produce c -> media.produce(connection, c);
      case Command.Consume c -> media.consume(connection, c);
      case Command.ControlProducer c -> media.controlProducer(connection, c);
      case Command.ControlConsumer c -> media.controlConsumer(connection, c);
      case Command.SetPreferredLayers c -> media.setPreferredLayers(connection, c);
      case Command.GetStats c -> media.stats(connection, c);
    };
  }

  private Reply leave(Connection connection, Command.LeaveRoom command) {
    door.leave(connection, command.roomId(), LeaveReason.LEFT);
    return Reply.SUCCESS;
  }
}
