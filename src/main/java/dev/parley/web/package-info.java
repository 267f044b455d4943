/// Listeners: HTTP servers that mount the REST API, the signaling edge and the web page, and what
/// guards all three: origins, addresses of clients, limits.
///
/// Runs on event loops, one server instance per core on one port. The only package that imports
/// `api` and `signaling`. Read `ListenerVerticle` first.
@NullMarked
package dev.parley.web;

import org.jspecify.annotations.NullMarked;
