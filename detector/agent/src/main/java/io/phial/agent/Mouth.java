package io.phial.agent;

import io.phial.client.Standing;

/** How the agent speaks to the cluster for one life of the program. */
interface Mouth {
  /** The program lives. Never blocks. */
  void beat(String payload);

  /** It left in order; nothing is said after that. May wait for two seconds. */
  void left();

  /** It is gone; nothing is said after that. May wait for two seconds. */
  void gone(String how);

  /** How it stands with the cluster. */
  Standing standing();
}
