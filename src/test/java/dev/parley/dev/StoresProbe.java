package dev.parley.dev;

import java.nio.file.Path;

/// A program that starts the stores of a directory, says where they are, and waits to be killed.
final class StoresProbe {

  private StoresProbe() {}

  public static void main(String[] args) throws Exception {
    EmbeddedStores stores = EmbeddedStores.start(Path.of(args[0]), true);
    System.out.println(stores.redisUrl() + " " + stores.postgresUrl());
    System.in.read();
  }
}
