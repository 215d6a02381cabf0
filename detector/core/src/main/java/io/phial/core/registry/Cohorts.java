package io.phial.core.registry;

import io.phial.core.phi.CalibratedModel;
import io.phial.core.phi.Cohort;
import io.phial.core.phi.PhiOptions;
import org.jspecify.annotations.Nullable;

/**
 * The arrival models of a shard, one for each profile and transport: clients of one kind share what
 * is known of losses and lateness. A model comes into being with its first client.
 */
final class Cohorts {
  /** How many there may be. */
  static final int COUNT = (ClientSpec.PROFILE_MAX + 1) * 2;

  private final Profiles profiles;
  private final @Nullable CalibratedModel[] models = new CalibratedModel[COUNT];

  Cohorts(Profiles profiles) {
    this.profiles = profiles;
  }

  /** The model of a client with these flags. */
  CalibratedModel model(int flags) {
    int cohort = Flags.cohort(flags);
    CalibratedModel model = models[cohort];
    return model == null ? create(cohort) : model;
  }

  private CalibratedModel create(int cohort) {
    double suspectPhi = profiles.of(cohort >>> 1).suspectPhi();
    PhiOptions options =
        PhiOptions.defaults().withLearnPhi(suspectPhi).withAnchored((cohort & 1) != 0);
    CalibratedModel model = new CalibratedModel(options, new Cohort(options));
    models[cohort] = model;
    return model;
  }
}
