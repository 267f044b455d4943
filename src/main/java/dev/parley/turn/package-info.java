/// The ICE servers that clients are told, with credentials that expire.
///
/// Computed here, any thread, or fetched from a service, where its askers may wait:
/// `ProviderServers` keeps the answer. Imports `kernel`. Read `IceServers` first.
@NullMarked
package dev.parley.turn;

import org.jspecify.annotations.NullMarked;
