package io.phial.chaos;

import io.phial.chaos.claim.Area;
import io.phial.chaos.clients.ClientsArea;
import io.phial.chaos.container.KubernetesArea;
import io.phial.chaos.job.JobArea;
import io.phial.chaos.membership.MembershipArea;
import io.phial.chaos.phi.PhiArea;
import io.phial.chaos.view.ViewArea;
import java.util.List;
import java.util.stream.Collectors;

/** Every area there is, in the order in which they are measured. */
final class Areas {
  static final List<Area> ALL =
      List.of(
          new JobArea(),
          new PhiArea(),
          new MembershipArea(),
          new ViewArea(),
          new ClientsArea(),
          new KubernetesArea());

  private Areas() {}

  /**
   * The areas of these names, in the order of the registry; all of them when no name is given.
   *
   * @throws IllegalArgumentException when a name is unknown
   */
  static List<Area> named(List<String> names) {
    for (String name : names) {
      if (ALL.stream().noneMatch(area -> area.name().equals(name))) {
        String known = ALL.stream().map(Area::name).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("AREA must be one of " + known + ", was " + name);
      }
    }
    return ALL.stream().filter(a -> names.isEmpty() || names.contains(a.name())).toList();
  }
}
