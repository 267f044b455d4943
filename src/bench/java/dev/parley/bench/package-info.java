/// Benchmarks of parts of Parley, run by `bin/bench`; they print JSON and assert nothing.
@NullMarked
package dev.parley.bench;

import org.jspecify.annotations.NullMarked;
