package dev.parley.bridge.ic;

import dev.parley.kernel.Failure;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One call of a canister's method, named once and for all: who keeps it and sends it again, now or
/// after a crash, sends the very same request, which the Internet Computer executes at most once.
///
/// It is the same for the same operator only, whose principal is part of the name.
///
/// @param arg Candid
/// @param nonce up to 32 bytes that no other call shares
/// @param ingressExpiryNs nanoseconds since 1970 after which it is no longer taken; a replica
///   refuses one that is more than five minutes ahead
@SuppressWarnings("ArrayRecordComponent")
public record Ingress(
    IcPrincipal canister, String method, byte[] arg, byte[] nonce, long ingressExpiryNs) {

  private static final int MAX_NONCE = 32;

  public Ingress {
    if (nonce.length > MAX_NONCE) {
      throw Failure.invalid("a nonce has at most " + MAX_NONCE + " bytes");
    }
    if (ingressExpiryNs <= 0) {
      throw Failure.invalid("a call expires after 1970");
    }
    arg = arg.clone();
    nonce = nonce.clone();
  }

  /// A copy.
  @Override
  public byte[] arg() {
    return arg.clone();
  }

  /// A copy.
  @Override
  public byte[] nonce() {
    return nonce.clone();
  }

  Map<String, Object> content(IcPrincipal sender) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("request_type", "call");
    content.put("sender", sender.bytes());
    content.put("nonce", nonce);
    content.put("ingress_expiry", ingressExpiryNs);
    content.put("canister_id", canister.bytes());
    content.put("method_name", method);
    content.put("arg", arg);
    return content;
  }

  /// Two are equal when they name the same call.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ingress ingress
        && canister.equals(ingress.canister)
        && method.equals(ingress.method)
        && ingressExpiryNs == ingress.ingressExpiryNs
        && Arrays.equals(arg, ingress.arg)
        && Arrays.equals(nonce, ingress.nonce);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(nonce);
  }

  /// Without the argument.
  @Override
  public String toString() {
    return method + " of " + canister;
  }
}
