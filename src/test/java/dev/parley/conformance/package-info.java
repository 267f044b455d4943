/// Wire protocols held to their rules on a real server, with raw clients that also break them.
///
/// `ConformanceApp` is the application that public Socket.IO suites expect; the tests here and real
/// socket.io-client versions run against it.
@NullMarked
package dev.parley.conformance;

import org.jspecify.annotations.NullMarked;
