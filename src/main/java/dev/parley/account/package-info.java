/// Who somebody is: accounts, their passwords, and the tokens that prove an identity, our own and
/// those of other issuers.
///
/// Runs on virtual threads (it waits for PostgreSQL, for the hashing pool and for the keys of other
/// issuers). Imports `kernel`. Read `Principal` and `Identities` first.
@NullMarked
package dev.parley.account;

import org.jspecify.annotations.NullMarked;
