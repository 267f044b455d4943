/// The node: which parts run, and how they are wired to one another. Nothing imports this package but
/// the development mode.
@NullMarked
package dev.parley;

import org.jspecify.annotations.NullMarked;
