/// Tests against real stores and real sockets; `StoresExtension` hands out the stores.
@NullMarked
package dev.parley.it;

import org.jspecify.annotations.NullMarked;
