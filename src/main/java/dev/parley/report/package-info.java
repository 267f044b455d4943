/// What becomes of those who behave badly towards strangers: who reports whom, what moderators
/// decide, who is shut out, whom one does not want to meet again.
///
/// `Reports` and `Bans` are kept in PostgreSQL; each node has the bans in memory and hears of new
/// ones on the bus (`contract.Ban`). `Blocks` are kept there too, and in Redis, where the matcher
/// looks. `AbuseRules` counts in Redis. All wait but for what says that it does not. Imports
/// `kernel`, `contract`, `audit`, and `match` for who has met whom. Read `Reports` and `Bans`
/// first.
@NullMarked
package dev.parley.report;

import org.jspecify.annotations.NullMarked;
