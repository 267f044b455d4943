/// Looks after calls: asks providers who is in their rooms, hears of our own, and tells chat apps
/// when calls start and end.
///
/// `PresenceService` is the role `presence` of a node. Any number of nodes may have it: one of them
/// asks daily.co, under a lease, and all deliver. What is decided and how is in `bridge`; here is
/// when. Imports `kernel`, `contract`, `bridge`.
@NullMarked
package dev.parley.presence;

import org.jspecify.annotations.NullMarked;
