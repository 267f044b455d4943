/// The secured path between one browser and us: UDP, ICE-lite, DTLS and SRTP. Everything of ice4j,
/// Jitsi, BouncyCastle and Netty's datagrams stays in here.
///
/// All of it runs on the event loop of its worker, except the DTLS handshake, which runs on a
/// virtual thread and posts its result back. Plain packets leave upwards through `Inlet` and come
/// down through `Outlet`. Imports `kernel` and `contract`. Read `WebRtcTransport` first.
@NullMarked
package dev.parley.media.transport;

import org.jspecify.annotations.NullMarked;
