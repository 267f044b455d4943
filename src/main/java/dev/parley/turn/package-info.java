/// The ICE servers that clients are told, with credentials that expire.
///
/// Pure computation, any thread. Imports `kernel`. Read `IceServers` first.
@NullMarked
package dev.parley.turn;

import org.jspecify.annotations.NullMarked;
