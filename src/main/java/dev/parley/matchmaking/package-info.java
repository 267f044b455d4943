/// Finds partners for strangers who wait, and brings them together. Any number of nodes does so at
/// once; each pair is made in one step in Redis.
@NullMarked
package dev.parley.matchmaking;

import org.jspecify.annotations.NullMarked;
