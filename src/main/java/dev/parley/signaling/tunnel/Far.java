package dev.parley.signaling.tunnel;

import dev.parley.kernel.Frame;

/// Something under way at this edge whose session is on another node. Frames come on the event loop
/// of the links; `lost` is called from any thread.
interface Far {

  /// The owner.
  String node();

  /// A frame of the owner about it.
  void onFrame(int op, Frame frame);

  /// The owner is gone, or a frame got lost between it and this node.
  void lost();
}
