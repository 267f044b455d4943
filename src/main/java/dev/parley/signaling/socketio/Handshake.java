package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.MultiMap;

/// What a client gave when it connected.
///
/// @param headers of the HTTP request that opened the session
/// @param query of that request
/// @param address IP address of the client
/// @param auth payload of the namespace's CONNECT; an empty object when there was none
public record Handshake(MultiMap headers, MultiMap query, String address, JsonNode auth) {}
