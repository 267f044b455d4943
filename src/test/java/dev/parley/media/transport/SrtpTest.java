package dev.parley.media.transport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jitsi.srtp.crypto.Aes;
import org.jitsi.srtp.crypto.SrtpCipherCtr;
import org.jitsi.srtp.crypto.SrtpCipherGcm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// SRTP against the published vectors, and against hostile packets.
final class SrtpTest {

  private int seq;

  @BeforeAll
  static void pin() {
    Srtp.pinCipher();
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static SrtpKeys keys(SrtpProfile profile) {
    byte[] material = new byte[SrtpKeys.materialLength(profile)];
    new Random(1).nextBytes(material);
    return SrtpKeys.ofServer(profile, material);
  }

  @Test
  void cipherGivesTheKeystreamOfRfc3711() throws GeneralSecurityException {
    SrtpCipherCtr cipher = new SrtpCipherCtr(Aes.createCipher("AES/CTR/NoPadding"));
    cipher.init(bytes("2b7e151628aed2a6abf7158809cf4f3c"), new byte[14]);
    cipher.setIV(bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000"), Cipher.ENCRYPT_MODE);
    byte[] stream = new byte[48];

    cipher.process(stream, 0, stream.length);

    assertEquals(
        "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab"
            + "41e95b3bb0a2e8dd477901e4fca894c0",
        Rig.hex(stream));
  }

  @Test
  void protectsWithTheSessionKeysThatRfc3711Derives() throws GeneralSecurityException {
    byte[] master = bytes("e1f97a0d3e018be0d64fa32c06de4139");
    byte[] salt = bytes("0ec675ad498afeebb6960b3aabe6");
    byte[] plain = Browser.rtp(0xcafebabe, 0x1234, 40);
    byte[] iv = Arrays.copyOf(bytes("30cbbc08863d8c85d49db34a9ae1"), 16);
    for (int i = 0; i < 4; i++) {
      iv[4 + i] ^= plain[8 + i];
    }
    iv[12] ^= plain[2];
    iv[13] ^= plain[3];
    Cipher aes = Cipher.getInstance("AES/CTR/NoPadding");
    aes.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(bytes("c61e7a93744f39ee10734afe3ff7a087"), "AES"),
        new IvParameterSpec(iv));
    byte[] expected = Arrays.copyOf(plain, plain.length + 10);
    aes.doFinal(plain, 12, plain.length - 12, expected, 12);
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(bytes("cebe321f6ff7716b6fd4ab49af256a156d38baa4"), "HmacSHA1"));
    mac.update(expected, 0, plain.length);
    byte[] tag = mac.doFinal(new byte[4]);
    System.arraycopy(tag, 0, expected, plain.length, 10);

    Srtp srtp =
        new Srtp(new SrtpKeys(SrtpProfile.AES_CM_128_HMAC_SHA1_80, master, salt, master, salt));

    assertArrayEquals(expected, Browser.protect(srtp, plain));
  }

  @Test
  void cipherGivesTheCiphertextOfRfc7714() throws GeneralSecurityException {
    // RFC 7714 §16.1.1
    byte[] packet =
        bytes(
            "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120"
                + "696e20706172746573207472657300000000000000000000000000000000");
    int plain = packet.length - 16;
    SrtpCipherGcm cipher = new SrtpCipherGcm(Aes.createCipher("AES/GCM/NoPadding"));
    cipher.init(bytes("000102030405060708090a0b0c0d0e0f"), new byte[12]);
    cipher.setIV(bytes("51753c6580c2726f20718414"), Cipher.ENCRYPT_MODE);

    cipher.processAAD(packet, 0, 12);
    cipher.process(packet, 12, plain - 12);

    assertEquals(
        "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a"
            + "51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
        Rig.hex(packet));
  }

  @ParameterizedTest
  @EnumSource
  void followsTheRolloverCounterAndRefusesReplays(SrtpProfile profile) {
    Srtp sender = new Srtp(keys(profile));
    Srtp receiver = new Srtp(keys(profile).mirrored());
    byte[] first = new byte[0];
    for (int i = 0; i < 200_000; i += 97) {
      byte[] plain = Browser.rtp(9, i & 0xffff, 30);
      byte[] packet = Browser.protect(sender, plain);
      if (packet == null) {
        throw new AssertionError("not protected " + i);
      }
      first = i == 0 ? packet.clone() : first;
      assertArrayEquals(plain, Browser.unprotect(receiver, packet.clone()));
      assertNull(Browser.unprotect(receiver, packet));
    }
    assertNull(Browser.unprotect(receiver, first));
  }

  @ParameterizedTest
  @EnumSource
  void sendsAnEarlierPacketAgainWithItsOwnNumber(SrtpProfile profile) {
    Srtp sender = new Srtp(keys(profile));
    byte[] first = Browser.protect(sender, Browser.rtp(9, 100, 30));
    Browser.protect(sender, Browser.rtp(9, 101, 30));

    assertArrayEquals(first, Browser.protect(sender, Browser.rtp(9, 100, 30)));
  }

  @ParameterizedTest
  @EnumSource(names = {"AEAD_AES_128_GCM", "AEAD_AES_256_GCM"})
  void neverLetsAPacketPassThatTheCipherRefused(SrtpProfile profile) {
    Srtp sender = new Srtp(keys(profile));
    byte[] packet = Arrays.copyOf(Browser.rtp(9, 100, 30), 100);
    assertEquals(Srtp.Verdict.OK, sender.protectRtp(packet.clone(), 0, 42));

    assertEquals(Srtp.Verdict.REPLAYED, sender.protectRtp(packet, 0, 42));
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryFlippedByteAndEveryCut(SrtpProfile profile) {
    Srtp sender = new Srtp(keys(profile));
    Srtp receiver = new Srtp(keys(profile).mirrored());
    byte[][] packets = {
      Browser.protect(sender, Browser.rtp(9, 100, 30)), Browser.protect(sender, Browser.rtcp(9))
    };
    for (byte[] packet : packets) {
      for (int i = 0; i < packet.length; i++) {
        receiver.tick();
        byte[] changed = packet.clone();
        changed[i] ^= 0x10;
        assertNull(Browser.unprotect(receiver, changed), "byte " + i);
        assertNull(Browser.unprotect(receiver, Arrays.copyOf(packet, i)), "cut " + i);
      }
      assertEquals(0, receiver.streams());
      receiver.tick();
    }
  }

  @ParameterizedTest
  @EnumSource
  void takesAnHonestNewSsrcAmongAnyNumberOfForgedOnes(SrtpProfile profile) {
    Srtp sender = new Srtp(keys(profile));
    Srtp receiver = new Srtp(keys(profile).mirrored());
    for (int ssrc = 0; ssrc < 10_000; ssrc++) {
      byte[] rtp = Browser.rtp(ssrc, 1, 40);
      byte[] rtcp = Arrays.copyOf(Browser.rtcp(ssrc), 60);
      assertEquals(Srtp.Verdict.UNAUTHENTIC, receiver.unprotectRtp(rtp, 0, rtp.length));
      assertEquals(Srtp.Verdict.UNAUTHENTIC, receiver.unprotectRtcp(rtcp, 0, rtcp.length));
    }
    byte[] withExtension = Browser.rtp(7, 2, 40);
    withExtension[0] |= 0x12;
    withExtension[22] = 0;
    withExtension[23] = 3;

    for (byte[] plain :
        new byte[][] {
          Browser.rtp(5, 1, 40), Browser.rtp(6, 65_535, 0), withExtension, Browser.rtcp(5)
        }) {
      byte[] packet = Browser.protect(sender, plain);
      assertTrue(packet != null);
      assertArrayEquals(plain, Browser.unprotect(receiver, packet));
    }
    assertEquals(3, receiver.streams());
  }

  @Test
  void letsInOnlySoManyNewSsrcsBetweenTicks() {
    Srtp sender = new Srtp(keys(SrtpProfile.AEAD_AES_128_GCM));
    Srtp receiver = new Srtp(keys(SrtpProfile.AEAD_AES_128_GCM).mirrored());
    for (int ssrc = 0; ssrc < Srtp.MAX_NEWCOMERS; ssrc++) {
      assertEquals(Srtp.Verdict.OK, received(sender, receiver, ssrc));
    }
    assertEquals(Srtp.Verdict.FLOOD, received(sender, receiver, Srtp.MAX_NEWCOMERS));
    assertEquals(Srtp.Verdict.OK, received(sender, receiver, 0));

    receiver.tick();

    assertEquals(Srtp.Verdict.OK, received(sender, receiver, Srtp.MAX_NEWCOMERS));
  }

  /// What the receiver makes of the sender's next packet of an SSRC.
  private Srtp.Verdict received(Srtp sender, Srtp receiver, int ssrc) {
    byte[] packet = Browser.protect(sender, Browser.rtp(ssrc, ++seq, 10));
    if (packet == null) {
      throw new AssertionError("not protected");
    }
    return receiver.unprotectRtp(packet, 0, packet.length);
  }

  @Test
  void makesRoomForANewSsrcByForgettingTheOneSilentForLongest() {
    Srtp sender = new Srtp(keys(SrtpProfile.AEAD_AES_128_GCM));
    Srtp receiver = new Srtp(keys(SrtpProfile.AEAD_AES_128_GCM).mirrored());
    for (int ssrc = 0; ssrc < Srtp.MAX_REMOTE_SSRCS + 50; ssrc++) {
      receiver.tick();
      byte[] packet = Browser.protect(sender, Browser.rtp(ssrc, 1, 10));
      assertTrue(packet != null && Browser.unprotect(receiver, packet) != null);
    }

    assertEquals(Srtp.MAX_REMOTE_SSRCS, receiver.streams());
  }
}
