/// The REST API: routes, their bodies and their errors.
///
/// Handlers run on a virtual-thread context and may wait. Each dialect's error shape is rendered in
/// one place (`Routes`). Imports `kernel`, `contract` and the domain. Read `Routes` first.
@NullMarked
package dev.parley.api;

import org.jspecify.annotations.NullMarked;
