package io.phial.core;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The core is pure: no clock, sockets, threads or randomness of its own, and layers one way. */
class CorePurityTest {
  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.phial.core");

  private static final Set<String> BYTE_HELPERS =
      Set.of(
          "java.io.ByteArrayOutputStream",
          "java.io.ByteArrayInputStream",
          "java.io.DataOutputStream",
          "java.io.DataInputStream",
          "java.io.IOException",
          "java.io.EOFException",
          "java.io.UncheckedIOException",
          "java.io.Serializable",
          // Only as the owner of print methods that the compiler names in throwable classes.
          "java.io.PrintStream");

  @TestFactory
  Stream<DynamicTest> shouldNotReachForTheWorld() {
    return Stream.of(
        noPackage("io.vertx..", "return what is to be done through an outbox; node does it"),
        noPackage("com.hazelcast..", "the view comes in as a value from node"),
        noPackage("java.net..", "use io.phial.core.wire.Endpoint, which never resolves"),
        noPackage("java.nio.channels..", "frames come in as bytes and leave by an outbox"),
        noPackage("java.util.concurrent..", "core is single writer; node owns the threads"),
        noPackage("java.util.logging..", "publish an event; node logs it"),
        noPackage("org.slf4j..", "publish an event; node logs it"),
        noType(Set.of("java.lang.Thread", "java.util.Timer"), "node calls onTick(nowNanos)"),
        noType(
            Set.of("java.util.Random", "java.util.SplittableRandom", "java.security.SecureRandom"),
            "take a java.util.random.RandomGenerator in the constructor"),
        noType(
            Set.of("java.time.Clock", "java.time.Instant", "java.time.LocalDateTime"),
            "take long nowNanos as an argument"),
        noStreams(),
        noCall(System.class, "nanoTime", "take long nowNanos as an argument"),
        noCall(System.class, "currentTimeMillis", "take the epoch as an argument"),
        noCall(Math.class, "random", "take a java.util.random.RandomGenerator in the constructor"));
  }

  private static DynamicTest noPackage(String packages, String instead) {
    return DynamicTest.dynamicTest(
        packages,
        () ->
            ArchRuleDefinition.noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packages)
                .because(instead)
                .check(CORE));
  }

  private static DynamicTest noType(Set<String> names, String instead) {
    return DynamicTest.dynamicTest(
        names.toString(), () -> noClassUses("one of " + names, names::contains, instead));
  }

  private static DynamicTest noStreams() {
    return DynamicTest.dynamicTest(
        "java.io",
        () ->
            noClassUses(
                "java.io",
                name -> name.startsWith("java.io.") && !BYTE_HELPERS.contains(name),
                "use byte arrays or java.nio.ByteBuffer"));
  }

  private static void noClassUses(
      String what, java.util.function.Predicate<String> isBanned, String instead) {
    DescribedPredicate<JavaClass> banned =
        DescribedPredicate.describe(what, type -> isBanned.test(type.getName()));
    ArchRuleDefinition.noClasses()
        .should()
        .dependOnClassesThat(banned)
        .because(instead)
        .check(CORE);
  }

  private static DynamicTest noCall(Class<?> owner, String method, String instead) {
    return DynamicTest.dynamicTest(
        owner.getSimpleName() + "." + method,
        () ->
            ArchRuleDefinition.noClasses()
                .should()
                .callMethod(owner, method)
                .because(instead)
                .check(CORE));
  }

  @TestFactory
  Stream<DynamicTest> shouldPointOneWay() {
    return Stream.of(
        layer("wire", "phi", "placement", "registry", "member"),
        layer("phi", "placement", "registry", "member"),
        layer("placement", "phi", "registry", "member"),
        layer("registry", "member"),
        layer("member", "registry"));
  }

  private static DynamicTest layer(String from, String... banned) {
    String[] packages =
        Stream.of(banned).map(p -> "io.phial.core." + p + "..").toArray(String[]::new);
    return DynamicTest.dynamicTest(
        from,
        () ->
            ArchRuleDefinition.noClasses()
                .that()
                .resideInAPackage("io.phial.core." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .because("layers are wire <- phi <- registry and member; placement uses only wire")
                .check(CORE));
  }

  @Test
  void shouldHaveNoCycles() {
    slices().matching("io.phial.core.(*)..").should().beFreeOfCycles().check(CORE);
  }
}
