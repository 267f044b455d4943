package dev.parley.kernel;

/// Which Parley this is.
///
/// @param version of the build, `dev` when run from classes
/// @param java version of the runtime
public record Version(String name, String version, String java) {

  public static Version current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new Version(
        "parley", version == null ? "dev" : version, String.valueOf(Runtime.version()));
  }
}
