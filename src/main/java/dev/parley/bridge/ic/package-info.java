/// Calls to canisters of the Internet Computer, in the name of the operator of video calls, and
/// proof that the answers are theirs.
///
/// `VideoCalls` has the arguments and answers, `Replica` sends and asks, `Certificate` proves. What
/// waits does so on the caller's virtual thread, where signatures are checked too (about a tenth of
/// a second each); no event loop waits or computes here.
///
/// Written by hand, but for the pairing curve in ic4j's jar (`org.miracl.core`). ic4j's agent
/// reports by `Error`, lets refusals and HTTP statuses pass for time-outs, does not ask how old a
/// certificate is, and reads the ranges of canisters in one of their two places only. Its Candid
/// encoder writes the wrong alternative of a variant, and six fixed shapes are a few lines each.
///
/// The only package that imports `org.miracl` and Jackson's CBOR; imports BouncyCastle, for the
/// curve secp256k1 that the JDK lacks, and `kernel`. Read `Replica` and `Ingress` first.
@NullMarked
package dev.parley.bridge.ic;

import org.jspecify.annotations.NullMarked;
