/// Calls told to any chat app: signed webhooks, by the scheme of Standard Webhooks 1.0
/// (https://www.standardwebhooks.com).
///
/// Waits: for virtual threads, any number of them at once. Imports `kernel` and `bridge.edge`. Read
/// `SignedWebhook` first.
@NullMarked
package dev.parley.bridge.hook;

import org.jspecify.annotations.NullMarked;
