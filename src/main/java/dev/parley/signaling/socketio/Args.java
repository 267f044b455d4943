package dev.parley.signaling.socketio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// The arguments of an event or an acknowledgement, as JSON text that is parsed only where someone
/// looks into it: what is passed on is never parsed.
///
/// Binary values stand in the text as `{"_placeholder":true,"num":i}` and beside it as attachment
/// `i`. Immutable; any thread.
public final class Args {

  private static final Args NONE = new Args("", new int[0], 0, List.of());

  /// How deep text made by the application may nest: as deep as Jackson reads.
  private static final int OWN_DEPTH = 1000;

  private final String text;
  private final int @Nullable [] spans;
  private final int skipped;
  private final List<Buffer> attachments;

  /// @param spans where the elements are in `text`; null when all of it is arguments
  /// @param skipped leading elements that are not arguments
  Args(String text, int @Nullable [] spans, int skipped, List<Buffer> attachments) {
    this.text = text;
    this.spans = spans;
    this.skipped = skipped;
    this.attachments = attachments;
  }

  /// No arguments.
  public static Args none() {
    return NONE;
  }

  /// Values as arguments; binary nodes anywhere in them travel as attachments.
  public static Args of(JsonNode... values) {
    if (values.length == 0) {
      return NONE;
    }
    List<Buffer> attachments = new ArrayList<>(0);
    StringJoiner joined = new StringJoiner(",");
    for (JsonNode value : values) {
      joined.add(JsonText.write(JsonText.takeBinaries(value, attachments)));
    }
    return new Args(joined.toString(), null, 0, List.copyOf(attachments));
  }

  /// Arguments from JSON texts joined by commas, such as `{"id":1},"b"`. The text is trusted: what
  /// is not JSON is sent as it is and confuses the client.
  public static Args ofJson(String joined) {
    return joined.isEmpty() ? NONE : new Args(joined, null, 0, List.of());
  }

  /// The same with binary values, for which placeholders stand in the text.
  public static Args ofJson(String joined, List<Buffer> attachments) {
    return new Args(joined, null, 0, List.copyOf(attachments));
  }

  /// How many there are.
  public int size() {
    int[] found = scanned();
    return found.length / 2 - skipped;
  }

  /// All arguments as JSON texts joined by commas; empty when there are none.
  public String json() {
    return spans == null ? text : jsonFrom(0);
  }

  /// The arguments from index `first` on, joined by commas.
  public String jsonFrom(int first) {
    int[] found = scanned();
    int from = 2 * (first + skipped);
    if (from >= found.length) {
      return "";
    }
    return scannedText().substring(found[from], found[found.length - 1]);
  }

  /// The JSON text of argument `index`.
  ///
  /// @throws IndexOutOfBoundsException when there is none
  public String json(int index) {
    int[] found = scanned();
    int from = 2 * (index + skipped);
    if (index < 0 || from >= found.length) {
      throw new IndexOutOfBoundsException("argument " + index + " of " + size());
    }
    return scannedText().substring(found[from], found[from + 1]);
  }

  /// Argument `index` as a tree, parsed anew on each call, binary values in their places; a missing
  /// node when there is none.
  public JsonNode node(int index) {
    if (index < 0 || index >= size()) {
      return MissingNode.getInstance();
    }
    JsonNode parsed = JsonText.parse(json(index));
    return attachments.isEmpty() ? parsed : JsonText.putBinaries(parsed, attachments);
  }

  /// The binary values, in the order of their numbers. Not to be changed.
  public List<Buffer> attachments() {
    return attachments;
  }

  /// The same arguments with their attachments.
  Args withAttachments(List<Buffer> received) {
    return new Args(text, spans, skipped, List.copyOf(received));
  }

  @Override
  public String toString() {
    return json();
  }

  private int[] scanned() {
    if (spans != null) {
      return spans;
    }
    JsonScan scan = new JsonScan(scannedText(), 0, OWN_DEPTH);
    if (!scan.isArray()) {
      throw new IllegalArgumentException("arguments are not JSON texts joined by commas");
    }
    return scan.spans();
  }

  private String scannedText() {
    return spans != null ? text : "[" + text + "]";
  }
}
