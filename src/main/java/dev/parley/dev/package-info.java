/// What `bin/dev` and the tests run beside a node: a real Redis and a real PostgreSQL, unpacked
/// from artifacts of the build and kept in a directory of the project.
///
/// Not part of the distribution. May import everything; nothing but tests imports it. Code here
/// blocks and runs on plain threads. Read `EmbeddedStores` and `DevNode` first.
@NullMarked
package dev.parley.dev;

import org.jspecify.annotations.NullMarked;
