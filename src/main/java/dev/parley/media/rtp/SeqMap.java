package dev.parley.media.rtp;

/// Maps the sequence numbers of what comes in to those of what is sent, so that the receiver sees
/// real losses as gaps and nothing else: not what was dropped on purpose and not a change of
/// source.
///
/// Numbers are unwrapped. `sync` starts a new source whose first packet continues the output by
/// one; `drop` takes one number out of the sequence; `map` translates.
///
/// | call | input | output |
/// |---|---|---|
/// | `sync(100)`, `map(100)` | first source | 1 |
/// | `map(102)` | 101 is lost or late | 3 |
/// | `drop(103)`, `map(104)` | gap closed | 4 |
/// | `map(101)` | late | 2 |
/// | `sync(9000)`, `map(9000)` | next source | 5 |
public final class SeqMap {

  /// No output: older than the source's start or than what is remembered, or dropped.
  public static final long NONE = -1;

  /// Dropped numbers remembered, for packets that arrive after a later one was dropped.
  private static final int REMEMBERED_DROPS = 128;

  private final long[] drops = new long[REMEMBERED_DROPS];
  private int dropCount;

  /// `input - foldedOffset` is the output, less the remembered drops below the input.
  private long offset;

  private long oldest;
  private long highestIn;
  private long highestOut;
  private boolean synced;

  /// @param firstOut the first number given out
  public SeqMap(long firstOut) {
    highestOut = firstOut - 1;
  }

  /// Begins a source at `in`, which will be given the number after the highest given out so far.
  public void sync(long in) {
    dropCount = 0;
    offset = in - (highestOut + 1);
    oldest = in;
    highestIn = in - 1;
    synced = true;
  }

  /// Takes `in` out of the sequence. False when that is too late, since a later number was given
  /// out already: its place stays and must be filled or left as a loss.
  public boolean drop(long in) {
    if (!synced || in <= highestIn) {
      return false;
    }
    if (dropCount == REMEMBERED_DROPS) {
      foldOldest();
    }
    drops[dropCount++] = in;
    highestIn = in;
    return true;
  }

  private void foldOldest() {
    oldest = drops[0] + 1;
    offset++;
    System.arraycopy(drops, 1, drops, 0, --dropCount);
  }

  /// The number `in` is sent under, or `NONE`.
  public long map(long in) {
    if (!synced || in < oldest) {
      return NONE;
    }
    int below = dropCount;
    while (below > 0 && drops[below - 1] >= in) {
      below--;
      if (drops[below] == in) {
        return NONE;
      }
    }
    long out = in - offset - below;
    highestIn = Math.max(highestIn, in);
    highestOut = Math.max(highestOut, out);
    return out;
  }

  /// The number `in` is sent under when it is not above `lastOut`, so that a source that another
  /// one followed can still fill its own gaps; else `NONE`.
  public long mapLate(long in, long lastOut) {
    if (in > highestIn) {
      return NONE;
    }
    long out = map(in);
    return out <= lastOut ? out : NONE;
  }

  /// Counts on from where `before` is, which is left as it is.
  public void follow(SeqMap before) {
    highestOut = before.highestOut;
  }

  /// Highest input so far, dropped ones included.
  public long highestIn() {
    return highestIn;
  }

  /// The highest number given out; one below the first before any was.
  public long highestOut() {
    return highestOut;
  }
}
