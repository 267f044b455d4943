/// The bridge between a chat app and a provider of video calls: the chat app's users come with a
/// token of their chat, get a room of the provider for it, and the chat is told when its call
/// begins and ends.
///
/// Here are the words of it: which chat, what a token claims, what a chat's room is called. Pure
/// functions, any thread. `daily` speaks to daily.co, `ic` and `hook` to the chat app, `edge` holds
/// what these have in common. They know nothing of each other. Imports `kernel`, `contract`,
/// `audit`, `account`. Read `BridgeTokens` and `RoomName` first.
@NullMarked
package dev.parley.bridge;

import org.jspecify.annotations.NullMarked;
