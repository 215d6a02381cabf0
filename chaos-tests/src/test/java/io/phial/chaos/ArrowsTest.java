package io.phial.chaos;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Arrows between modules point one way: chaos, demo, node, client, core. */
class ArrowsTest {
  private static JavaClasses classes;

  @BeforeAll
  static void importEverything() {
    classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.phial");
  }

  @Test
  void shouldPointOneWayBetweenModules() {
    // A layer without classes fails the rule, so a renamed package cannot hollow it out.
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.phial..")
        .layer("core")
        .definedBy("io.phial.core..")
        .layer("client")
        .definedBy("io.phial.client..")
        .optionalLayer("testkit")
        .definedBy("io.phial.testkit..")
        .optionalLayer("agent")
        .definedBy("io.phial.agent..")
        .layer("node")
        .definedBy("io.phial.node..")
        .layer("demo")
        .definedBy("io.phial.demo..")
        .layer("chaos")
        .definedBy("io.phial.chaos..")
        .whereLayer("chaos")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("testkit")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("demo")
        .mayOnlyBeAccessedByLayers("chaos")
        .whereLayer("node")
        .mayOnlyBeAccessedByLayers("demo", "chaos")
        .whereLayer("agent")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("client")
        .mayOnlyBeAccessedByLayers("agent", "node", "demo", "chaos")
        .check(classes);
  }

  @Test
  void shouldLeaveNoClassOutsideTheModules() {
    assertThat(classes)
        .allMatch(
            c ->
                c.getPackageName()
                    .matches("io\\.phial\\.(core|client|agent|node|demo|chaos|testkit).*"));
  }

  @Test
  void shouldKeepTheClaimModelAndTheInputFreeOfTheRest() {
    noClasses()
        .that()
        .resideInAnyPackage("io.phial.chaos.claim..", "io.phial.chaos.input..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.phial.core..",
            "io.phial.client..",
            "io.phial.node..",
            "io.phial.demo..",
            "io.phial.chaos.job..")
        .check(classes);
  }
}
