package dev.parley;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who may import whom, what is not called, and how long a file may get.
class ArchitectureTest {

  private static final int MAX_LINES = 600;
  private static final String ROOT = "dev.parley";
  private static final List<String> DOMAIN =
      List.of("account", "room", "match", "report", "audit", "turn", "bridge");

  /// Package to what it may import of ours. A package stands for those below it too, unless they
  /// are named themselves. `dev` and the root may import all.
  private static final Map<String, List<String>> MAY_IMPORT = mayImport();

  private static JavaClasses parley;

  private static Map<String, List<String>> mayImport() {
    Map<String, List<String>> rules = new TreeMap<>();
    rules.put("kernel", List.of());
    rules.put("contract", List.of("kernel"));
    for (String domain : DOMAIN) {
      rules.put(domain, List.of("kernel", "contract", "audit"));
    }
    rules.put("audit", List.of("kernel", "contract"));
    // A room knows its people by their principal.
    rules.put("room", List.of("kernel", "contract", "audit", "account"));
    // One may report whom one has met.
    rules.put("report", List.of("kernel", "contract", "audit", "match"));
    // Rooms of calls may be our own.
    rules.put("bridge", List.of("kernel", "contract", "audit", "account", "room"));
    List<String> below = Stream.concat(Stream.of("kernel", "contract"), DOMAIN.stream()).toList();
    for (String verticle : List.of("api", "signaling", "matchmaking", "presence")) {
      rules.put(verticle, below);
    }
    rules.put("web", Stream.concat(below.stream(), Stream.of("api", "signaling")).toList());
    rules.put("media", List.of("kernel", "contract"));
    return rules;
  }

  @BeforeAll
  static void importClasses() {
    parley =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(parley);
  }

  static Stream<String> packages() {
    return MAY_IMPORT.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void aPackageImportsOnlyThoseBelowIt(String name) {
    String[] allowed =
        Stream.concat(Stream.of(name), MAY_IMPORT.getOrDefault(name, List.of()).stream())
            .map(p -> ROOT + "." + p + "..")
            .toArray(String[]::new);

    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + "." + name + "..")
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(ROOT + "..").and(resideOutsideOfPackages(allowed))));
  }

  @Test
  void everyPackageHasARule() {
    List<String> without =
        parley.stream()
            .map(JavaClass::getPackageName)
            .filter(p -> p.startsWith(ROOT + "."))
            .map(p -> p.substring(ROOT.length() + 1).replaceAll("\\..*", ""))
            .filter(p -> !p.equals("dev") && !MAY_IMPORT.containsKey(p))
            .distinct()
            .toList();

    assertEquals(List.of(), without);
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().matching(ROOT + ".(**)").should().beFreeOfCycles());
  }

  @Test
  void onlyDevelopmentImportsTheEntryPoint() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".dev")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT));
  }

  @Test
  void packetArithmeticKnowsNoInputAndOutput() {
    check(
        classes()
            .that()
            .resideInAnyPackage(
                ROOT + ".media.rtp..", ROOT + ".media.codec..", ROOT + ".media.congestion..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                "java.lang..",
                "java.util..",
                "java.nio",
                "java.nio.charset",
                "org.jspecify..",
                ROOT + ".media.rtp..",
                ROOT + ".media.codec..",
                ROOT + ".media.congestion.."));
  }

  @Test
  void packetArithmeticReadsNoClockAndStartsNoThread() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(
                ROOT + ".media.rtp..", ROOT + ".media.codec..", ROOT + ".media.congestion..")
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(Thread.class)
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent.."));
  }

  @Test
  void foreignMediaLibrariesStayInTheTransport() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".media.transport..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.ice4j..", "org.jitsi.."));
  }

  @Test
  void foreignCryptographyStaysWhereItIsNeeded() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".media.transport..", ROOT + ".bridge.ic..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle.."));
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".bridge.ic..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.ic4j..", "org.miracl..", "com.fasterxml.jackson.dataformat.cbor.."));
  }

  @Test
  void embeddedStoresStayInDevelopment() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".dev..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.zonky..", "redis.embedded..", "org.tukaani..", "org.apache.commons.."));
  }

  @Test
  void theLogIsTheOnlyOutputBesidesTheEntryPoints() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".dev..")
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"));
    // The constructors of jitsi-srtp take a logger that wants one of its levels.
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".media.transport")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.logging.."));
  }

  @Test
  void nothingSleepsAndNothingKeepsThreadLocals() {
    check(
        noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class)
            .orShould()
            .dependOnClassesThat()
            .belongToAnyOf(ThreadLocal.class));
  }

  @Test
  void namesSayWhatAThingIs() {
    check(
        noClasses()
            .should()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameStartingWith("Abstract")
            .orShould()
            .haveSimpleNameEndingWith("Base")
            .orShould()
            .haveSimpleNameStartingWith("Base")
            .orShould()
            .haveSimpleName("Constants"));
  }

  @Test
  void noFileIsLongerThanSixHundredLines() throws IOException {
    List<String> tooLong = new java.util.ArrayList<>();
    for (Path file : sources("src", ".java", ".ts")) {
      try (Stream<String> lines = Files.lines(file)) {
        long count = lines.count();
        if (count > MAX_LINES) {
          tooLong.add(file + ": " + count);
        }
      }
    }

    assertEquals(List.of(), tooLong);
  }

  @Test
  void everyPackageHasANullMarkedCharter() throws IOException {
    List<String> without = new java.util.ArrayList<>();
    for (Path file : sources("src/main/java", ".java")) {
      Path charter = file.resolveSibling("package-info.java");
      if (!Files.exists(charter) || !Files.readString(charter).contains("@NullMarked")) {
        without.add(String.valueOf(file.getParent()));
      }
    }

    assertEquals(List.of(), without.stream().distinct().toList());
  }

  /// Guard the order of what one socket, room or tunnel is told from whichever thread.
  private static final Set<String> ORDER_KEEPERS =
      Set.of(
          "src/main/java/dev/parley/signaling/socketio/Socket.java",
          "src/main/java/dev/parley/signaling/RoomViews.java",
          "src/main/java/dev/parley/signaling/Strays.java",
          "src/main/java/dev/parley/signaling/tunnel/Credit.java",
          "src/main/java/dev/parley/signaling/tunnel/FarUpgrade.java",
          "src/main/java/dev/parley/signaling/tunnel/Owner.java");

  /// The kernel and the keepers of order guard a few short sections that never wait; nothing else
  /// may stall a verticle.
  @Test
  void littleIsSynchronized() throws IOException {
    List<String> found = new java.util.ArrayList<>();
    for (Path file : sources("src/main/java", ".java")) {
      if (file.startsWith("src/main/java/dev/parley/kernel")
          || ORDER_KEEPERS.contains(file.toString())) {
        continue;
      }
      try (Stream<String> lines = Files.lines(file)) {
        if (lines.anyMatch(l -> l.matches("\\s*(\\w+ )*synchronized\\b.*[{(].*"))) {
          found.add(file.toString());
        }
      }
    }

    assertEquals(List.of(), found);
  }

  private static List<Path> sources(String root, String... endings) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(root))) {
      return files
          .filter(f -> Stream.of(endings).anyMatch(f.toString()::endsWith))
          .filter(f -> !f.toString().contains("node_modules"))
          .filter(f -> !f.toString().contains("/dist/"))
          .toList();
    }
  }
}
