package dev.parley.signaling.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ControlCharactersTest {

  @Test
  void findsEachWhereverItStands() {
    Random random = new Random(5);
    String alphabet = "\0\t\n\u001f !\"\\~\u007f\u0080é\u0100\u0120€\uD83D\uDE00";
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder("x".repeat(random.nextInt(40)));
      for (int edits = random.nextInt(4); edits > 0; edits--) {
        text.insert(
            random.nextInt(text.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
      }
      boolean isNone = text.chars().noneMatch(c -> c < ' ');
      assertEquals(isNone, ControlCharacters.isNoneIn(text.toString()), text::toString);
    }
  }
}
