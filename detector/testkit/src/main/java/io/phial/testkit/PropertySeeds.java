package io.phial.testkit;

import java.util.SplittableRandom;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyAttributes;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * Gives every property without a seed of its own one that follows from its name, so that the same
 * sources give the same result on every machine.
 *
 * <p>With {@code -Dphial.property.seed=N} it follows from N too, for a hunt over many seeds; with
 * {@code random} jqwik draws it. A seed that found something becomes an example of its own.
 */
public final class PropertySeeds implements AroundPropertyHook {
  /** The system property that this hook reads. */
  public static final String OPTION = "phial.property.seed";

  /** Loaded as a service. */
  public PropertySeeds() {}

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    String option = System.getProperty(OPTION, "0");
    PropertyAttributes attributes = context.attributes();
    if (!option.equals("random") && attributes.seed().isEmpty()) {
      attributes.setSeed(seed(Long.parseLong(option), context));
    }
    return property.execute();
  }

  private static String seed(long hunt, PropertyLifecycleContext context) {
    String name = context.containerClass().getName() + '.' + context.targetMethod().getName();
    return Long.toString(new SplittableRandom(hunt + name.hashCode()).nextLong());
  }

  @Override
  public PropagationMode propagateTo() {
    return PropagationMode.ALL_DESCENDANTS;
  }
}
