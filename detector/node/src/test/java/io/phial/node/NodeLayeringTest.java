package io.phial.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.phial.node.config.NodeConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Arrows between the packages of a node point one way. */
class NodeLayeringTest {
  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.phial.node");
  }

  @Test
  void shouldPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("config")
        .definedBy("io.phial.node.config..")
        .layer("metrics")
        .definedBy("io.phial.node.metrics..")
        .layer("logging")
        .definedBy("io.phial.node.logging..")
        .layer("cluster")
        .definedBy("io.phial.node.cluster..")
        .layer("ingress")
        .definedBy("io.phial.node.ingress..")
        .layer("api")
        .definedBy("io.phial.node.api..")
        .layer("runtime")
        .definedBy("io.phial.node.runtime..")
        .layer("cli")
        .definedBy("io.phial.node.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("runtime")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("api")
        .mayOnlyBeAccessedByLayers("runtime", "cli")
        .whereLayer("ingress")
        .mayOnlyBeAccessedByLayers("runtime", "cli")
        .whereLayer("cluster")
        .mayOnlyBeAccessedByLayers("runtime", "cli")
        .whereLayer("config")
        .mayOnlyBeAccessedByLayers("logging", "cluster", "ingress", "api", "runtime", "cli")
        .whereLayer("metrics")
        .mayOnlyBeAccessedByLayers("cluster", "ingress", "api", "runtime", "cli")
        .whereLayer("logging")
        .mayOnlyBeAccessedByLayers("runtime", "cli")
        .check(classes);
  }

  @Test
  void shouldHaveNoCycles() {
    slices().matching("io.phial.node.(*)..").should().beFreeOfCycles().check(classes);
  }

  @Test
  void shouldKeepHazelcastBehindItsPort() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.phial.node.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast..")
        .check(classes);
  }

  @Test
  void shouldKeepTheCommandLineLibraryOut() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.phial.node.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..")
        .check(classes);
  }

  /** A setting that nothing reads would be a promise that nobody keeps. */
  @Test
  void shouldReadEverySetting() {
    List<String> unread = new ArrayList<>();
    for (JavaClass settings : classes) {
      if (settings.getName().startsWith(NodeConfig.class.getName())) {
        for (JavaField component : settings.getFields()) {
          JavaMethod accessor = settings.getMethod(component.getName());
          boolean isRead =
              accessor.getAccessesToSelf().stream()
                  .anyMatch(access -> !access.getOriginOwner().equals(settings));
          if (!isRead) {
            unread.add(settings.getSimpleName() + "." + component.getName());
          }
        }
      }
    }
    assertThat(unread).isEmpty();
  }
}
