package dev.parley.api;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/// The process's memory in bytes, by the names that clients of random video chat know.
///
/// @param rss all that the process has taken of the system for heap, code and buffers
/// @param heapTotal of the heap, taken of the system
/// @param external outside the heap, in use
/// @param arrayBuffers buffers outside the heap; part of `external`
record MemoryUse(long rss, long heapTotal, long heapUsed, long external, long arrayBuffers) {

  static MemoryUse now() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    var heap = memory.getHeapMemoryUsage();
    var other = memory.getNonHeapMemoryUsage();
    long buffers = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      buffers += Math.max(0, pool.getMemoryUsed());
    }
    return new MemoryUse(
        heap.getCommitted() + other.getCommitted() + buffers,
        heap.getCommitted(),
        heap.getUsed(),
        other.getUsed() + buffers,
        buffers);
  }
}
