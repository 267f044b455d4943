/// The ground every other package stands on: configuration, failures, the typed event bus, stores,
/// metrics and ids. It holds no word of the domain.
///
/// Imports the JDK, Vert.x, Jackson and Micrometer; nothing of Parley. Code here runs on whichever
/// context calls it and keeps no thread of its own. Read `Config` and `Bus` first.
@NullMarked
package dev.parley.kernel;

import org.jspecify.annotations.NullMarked;
