/// The REST API: routes, their bodies and their errors.
///
/// Handlers run on a virtual-thread context and may wait. A failure becomes an answer in one place
/// (`Routes.fail`), in the shape of the dialect (`ErrorShape`). Imports `kernel`, `contract` and
/// the domain. Read `Routes` and `MeetingRoutes` first.
@NullMarked
package dev.parley.api;

import org.jspecify.annotations.NullMarked;
