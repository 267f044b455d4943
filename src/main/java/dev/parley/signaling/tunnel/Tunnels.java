package dev.parley.signaling.tunnel;

import dev.parley.kernel.Config;
import dev.parley.kernel.Frame;
import dev.parley.kernel.Links;
import dev.parley.kernel.Peers;
import dev.parley.signaling.socketio.SessionFinder;
import dev.parley.signaling.socketio.SessionPort;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A node's tunnels: to the sessions of other nodes, for the requests that come here, and to the
/// sessions of this node, for those that come elsewhere.
public final class Tunnels implements SessionFinder {

  private static final int TAG_BYTES = 6;

  /// Longest id that can be one of ours.
  private static final int MAX_ID_LENGTH = 64;

  /// The shortest time after which an owner that does not answer counts as gone: a post's body may
  /// take as long to come.
  private static final Duration MIN_PATIENCE = Duration.ofSeconds(40);

  private final String own;
  private final Peers peers;
  private final Edge edge;
  private final Owner owner;
  private final Map<String, String> nodes = new ConcurrentHashMap<>();

  /// Begins to receive when the links are opened; must be made before.
  ///
  /// @param node id of this node
  /// @param maxHold longest time for which a session holds a poll
  /// @param sessions finds a session of this node by its id; any thread
  public Tunnels(
      Vertx vertx,
      String node,
      Peers peers,
      Links links,
      Duration maxHold,
      Function<String, @Nullable SessionPort> sessions) {
    this.own = node;
    this.peers = peers;
    FrameLink link = new FrameLink(links, this::onFrame, this::onLoss);
    Duration hold = maxHold.plusSeconds(5);
    Duration patience = hold.compareTo(MIN_PATIENCE) > 0 ? hold : MIN_PATIENCE;
    this.edge = new Edge(vertx, link, patience.toMillis());
    this.owner = new Owner(link, sessions);
    peers.onLeft(this::onLeft);
  }

  /// What the ids of a node's sessions begin with: a tag that tells the node to the others and
  /// nothing to anybody else.
  public static String prefix(String node) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(node.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, TAG_BYTES))
          + ".";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public @Nullable SessionPort find(String sid) {
    int dot = sid.indexOf('.');
    if (dot < 0 || sid.length() > MAX_ID_LENGTH) {
      return null;
    }
    String node = nodeOf(sid.substring(0, dot + 1));
    return node == null || node.equals(own) ? null : new FarSession(edge, node, sid);
  }

  private @Nullable String nodeOf(String prefix) {
    String known = nodes.get(prefix);
    if (known != null && peers.isAlive(known)) {
      return known;
    }
    for (String node : peers.withRole(Config.Role.SIGNALING)) {
      if (prefix(node).equals(prefix)) {
        nodes.put(prefix, node);
        return node;
      }
    }
    return null;
  }

  /// What is under way on both sides; for tests and metrics.
  public int size() {
    return edge.size() + owner.size();
  }

  private void onFrame(String node, int op, long id, Frame frame) {
    if (op < Op.ANSWER) {
      owner.onFrame(node, op, id, frame);
    } else {
      edge.onFrame(node, op, id, frame);
    }
  }

  private void onLeft(String node) {
    nodes.remove(prefix(node));
    onLoss(node);
  }

  private void onLoss(String node) {
    edge.onLoss(node);
    owner.onLoss(node);
  }
}
