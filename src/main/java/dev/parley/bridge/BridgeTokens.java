package dev.parley.bridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.bridge.edge.StrictJson;
import dev.parley.bridge.ic.IcPrincipal;
import dev.parley.kernel.Failure;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// Tokens of OpenChat: JWT by ES256 (RFC 7518 §3.4) under the one key of OpenChat. Any thread,
/// waits for nothing.
///
/// The same key signs tokens for other purposes, so what a token is for is checked as strictly as
/// who has signed it.
public final class BridgeTokens {

  /// Longer ones are not looked at.
  private static final int MAX_LENGTH = 8192;

  /// r and s, 32 bytes each.
  private static final int SIGNATURE_BYTES = 64;

  /// Others say nothing about how to verify a token, or something that is not understood.
  private static final Set<String> HEADERS = Set.of("alg", "typ", "kid");

  private static final Pattern CHANNEL = Pattern.compile("[0-9]{1,39}");

  private final ECPublicKey key;
  private final LongSupplier nowMs;

  /// @param publicKey SPKI as PEM, its line breaks written as such or as `\n`; or its base64 alone
  /// @param nowMs milliseconds since 1970
  /// @throws IllegalArgumentException when it is no public key of the curve P-256
  public BridgeTokens(String publicKey, LongSupplier nowMs) {
    this.key = key(publicKey);
    this.nowMs = nowMs;
  }

  private static ECPublicKey key(String text) {
    String base64 =
        text.replace("\\n", "\n")
            .replaceFirst("^\\s*-----BEGIN PUBLIC KEY-----", "")
            .replaceFirst("-----END PUBLIC KEY-----\\s*$", "")
            .replaceAll("\\s", "");
    try {
      byte[] spki = Base64.getDecoder().decode(base64);
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
      if (key instanceof ECPublicKey elliptic && isOfP256(elliptic)) {
        return elliptic;
      }
    } catch (IllegalArgumentException | GeneralSecurityException _) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "OpenChat's key is no public key of the curve P-256, as SPKI in PEM");
  }

  private static boolean isOfP256(ECPublicKey key) throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
    return key.getParams().getCurve().equals(curve.getCurve())
        && key.getParams().getGenerator().equals(curve.getGenerator())
        && key.getParams().getOrder().equals(curve.getOrder());
  }

  /// Checks header, signature, lifetime, and that it is a token for the bridge.
  ///
  /// @throws Failure UNAUTHENTICATED for anything but a token that holds
  public BridgeClaims verify(String token) {
    try {
      return claims(signed(token));
    } catch (Failure _) {
      throw new Failure(Failure.Code.UNAUTHENTICATED, "Authentication failed");
    }
  }

  /// The payload of a token whose header and signature are right.
  private ObjectNode signed(String token) {
    if (token.length() > MAX_LENGTH) {
      throw refused();
    }
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      throw refused();
    }
    checkHeader(StrictJson.object(decode(parts[0])));
    byte[] signature = decode(parts[2]);
    byte[] text = (parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII);
    if (!isSignature(signature) || !isSigned(text, signature)) {
      throw refused();
    }
    return StrictJson.object(decode(parts[1]));
  }

  private static void checkHeader(ObjectNode header) {
    header
        .fieldNames()
        .forEachRemaining(name -> {
          if (!HEADERS.contains(name) || !header.path(name).isTextual()) {
            throw refused();
          }
        });
    if (!header.path("alg").asText().equals("ES256")) {
      throw refused();
    }
  }

  /// RFC 7518 §3.4: r and s, each between 1 and the order of the curve.
  private boolean isSignature(byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && isScalar(new BigInteger(1, signature, 0, SIGNATURE_BYTES / 2))
        && isScalar(new BigInteger(1, signature, SIGNATURE_BYTES / 2, SIGNATURE_BYTES / 2));
  }

  private boolean isScalar(BigInteger number) {
    return number.signum() > 0 && number.compareTo(key.getParams().getOrder()) < 0;
  }

  private boolean isSigned(byte[] text, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
      verifier.initVerify(key);
      verifier.update(text);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static byte[] decode(String part) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      // RFC 7515 §2: no padding; and one text for the same bytes.
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
        return bytes;
      }
    } catch (IllegalArgumentException _) {
      // Not base64url: told below.
    }
    throw refused();
  }

  private BridgeClaims claims(ObjectNode payload) {
    checkLifetime(payload);
    IcPrincipal user = canister(payload.path("user_id"));
    ChatId chat = chat(payload.path("chat_id"));
    return switch (payload.path("claim_type").asText()) {
      case "StartVideoCall" ->
          new BridgeClaims.Start(user, chat, callType(payload), isDiamond(payload));
      case "JoinVideoCall" -> new BridgeClaims.Join(user, chat);
      case "MarkVideoCallAsEnded" -> new BridgeClaims.End(user, chat);
      default -> throw refused();
    };
  }

  /// RFC 7519 §4.1.4: not on or after that time.
  private void checkLifetime(ObjectNode payload) {
    double nowS = nowMs.getAsLong() / 1000.0;
    JsonNode end = payload.path("exp");
    JsonNode begin = payload.path("nbf");
    if (!end.isNumber()
        || !(nowS < end.doubleValue())
        || !(begin.isMissingNode() || (begin.isNumber() && begin.doubleValue() <= nowS))) {
      throw refused();
    }
  }

  private static BridgeClaims.CallType callType(ObjectNode payload) {
    return switch (payload.path("call_type").asText()) {
      case "Default" -> BridgeClaims.CallType.DEFAULT;
      case "Broadcast" -> BridgeClaims.CallType.BROADCAST;
      default -> throw refused();
    };
  }

  private static boolean isDiamond(ObjectNode payload) {
    JsonNode told = payload.path("is_diamond");
    if (!told.isBoolean() && !told.isMissingNode()) {
      throw refused();
    }
    return told.booleanValue();
  }

  private static ChatId chat(JsonNode chat) {
    if (chat.size() != 1) {
      throw refused();
    }
    if (chat.has("Group")) {
      return new ChatId.Group(canister(chat.path("Group")));
    }
    if (chat.has("Direct")) {
      return new ChatId.Direct(canister(chat.path("Direct")));
    }
    JsonNode channel = chat.path("Channel");
    if (!channel.isArray() || channel.size() != 2) {
      throw refused();
    }
    return ChatId.Channel.of(canister(channel.get(0)), channelId(channel.get(1)));
  }

  private static BigInteger channelId(JsonNode id) {
    if (id.isIntegralNumber()) {
      return id.bigIntegerValue();
    }
    String text = id.textValue();
    if (text == null || !CHANNEL.matcher(text).matches()) {
      throw refused();
    }
    return new BigInteger(text);
  }

  private static IcPrincipal canister(JsonNode id) {
    String text = id.textValue();
    if (text == null) {
      throw refused();
    }
    IcPrincipal principal = IcPrincipal.parse(text);
    if (!RoomName.isCanister(principal)) {
      throw refused();
    }
    return principal;
  }

  private static Failure refused() {
    return Failure.invalid("no token for the bridge");
  }
}
