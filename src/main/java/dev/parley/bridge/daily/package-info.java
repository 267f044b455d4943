/// What the bridge has to do with daily.co: rooms, tokens and presence by its REST API, and its
/// webhooks.
///
/// `DailyClient` waits: for virtual threads, any number of them at once. The rest are values and
/// pure functions, any thread. Imports `kernel` and `bridge.edge`; knows rooms by name only. Read
/// `DailyClient` and `DailyHook` first.
@NullMarked
package dev.parley.bridge.daily;

import org.jspecify.annotations.NullMarked;
