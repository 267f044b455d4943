/// What verticles say to each other: sealed families of records, with the addresses they are served
/// at, and no behaviour.
///
/// Imports `kernel` only. A record on the bus may only ever gain nullable components, so that two
/// versions of Parley can run in one cluster. Read `MediaRequest` and `RoomEvent` first.
@NullMarked
package dev.parley.contract;

import org.jspecify.annotations.NullMarked;
