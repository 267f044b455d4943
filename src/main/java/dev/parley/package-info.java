/// The entry point: reads the configuration, joins the cluster and starts the roles of the node.
///
/// Imports everything; nothing imports it but `dev`. Read `Main` first.
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
