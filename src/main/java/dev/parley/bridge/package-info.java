/// The bridge between a chat app and its video calls: the chat app's users come with a token of
/// their chat, get a room for it, at daily.co or on our own SFU, and the chat is told once when its
/// call begins and once when it ends.
///
/// `Bridge` is what users ask for, `Calls` the ledger of what goes on, `Watch` what is made of news
/// about who is in the rooms, `Outbox` and `Courier` what others are still to be told. A
/// `RoomProvider` has rooms, a `ChatBackend` is told. What must not be lost is one statement in
/// PostgreSQL; all wait.
///
/// `daily` speaks to daily.co, `ic` to the Internet Computer, `hook` to any chat app, `edge` holds
/// what these have in common; they know nothing of each other. Imports `kernel`, `contract`,
/// `audit`, `account`, and `room` for our own rooms. Read `Bridge` and `Calls` first.
@NullMarked
package dev.parley.bridge;

import org.jspecify.annotations.NullMarked;
