/// Who somebody is: accounts, their passwords, and the tokens that prove an identity.
///
/// Runs on virtual threads (it waits for PostgreSQL and for the hashing pool). Imports `kernel`.
/// Read `Accounts` and `Principal` first.
@NullMarked
package dev.parley.account;

import org.jspecify.annotations.NullMarked;
