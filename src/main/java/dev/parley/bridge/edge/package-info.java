/// What the bridge's edges have in common: requests to services of others, bounded in all they may
/// cost, and JSON of others, read strictly.
///
/// Blocking code, for virtual threads. Imports `kernel`. Read `Outbound` first.
@NullMarked
package dev.parley.bridge.edge;

import org.jspecify.annotations.NullMarked;
