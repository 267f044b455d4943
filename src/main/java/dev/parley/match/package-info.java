/// Strangers who want to meet somebody: who waits, who suits whom, who has met whom. The rule is
/// pure; the queue is in Redis, the history in PostgreSQL.
@NullMarked
package dev.parley.match;

import org.jspecify.annotations.NullMarked;
