/// Calls to canisters of the Internet Computer, in the name of the operator of video calls, and
/// proof that the answers are theirs.
///
/// `VideoCalls` has the arguments and answers, `Replica` sends and asks, `Certificate` proves. What
/// waits does so on the caller's virtual thread, where signatures are checked too (about a tenth of
/// a second each); no event loop waits or computes here.
///
/// Written by hand instead of taken from ic4j, but for the pairing curve in its jar
/// (`org.miracl.core`): ic4j's agent chooses nonce and expiry itself, hides what an HTTP status
/// says, tells what is absent from what is withheld by chance, and reports by `Error`; its Candid
/// encoder writes the wrong alternative of a variant, where six fixed shapes are a few lines each.
///
/// The only package that imports `org.miracl` and Jackson's CBOR; imports BouncyCastle, for the
/// curve secp256k1 that the JDK lacks, and `kernel`. Read `Replica` and `Ingress` first.
@NullMarked
package dev.parley.bridge.ic;

import org.jspecify.annotations.NullMarked;
