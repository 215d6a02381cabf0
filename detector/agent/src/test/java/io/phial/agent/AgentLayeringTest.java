package io.phial.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class AgentLayeringTest {
  @Test
  void shouldUseNeitherVertxNorHazelcastNorTheNode() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "com.hazelcast..", "io.netty..", "io.phial.node..")
        .check(new ClassFileImporter().importPackages("io.phial.agent"));
  }

  @Test
  void shouldHaveNoHazelcastOnItsClassPath() {
    assertThatThrownBy(() -> Class.forName("com.hazelcast.core.Hazelcast"))
        .isInstanceOf(ClassNotFoundException.class);
  }
}
