/// Who did what, kept in PostgreSQL for those who run Parley.
///
/// Writing never holds up or fails what is recorded. Imports `kernel`. Read `AuditLog` first.
@NullMarked
package dev.parley.audit;

import org.jspecify.annotations.NullMarked;
