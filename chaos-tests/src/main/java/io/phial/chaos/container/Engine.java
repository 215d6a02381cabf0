package io.phial.chaos.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/** The container engine of this machine, if there is one, and the images that must be there. */
final class Engine {
  /** The image of node and agent; image/build makes it. */
  static final String IMAGE = "phial:dev";

  /** A shell and iptables; image/base makes it. */
  static final String TOOLS = "phial-base/tools";

  private Engine() {}

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  /** Why nothing can be run here; empty when it can. */
  static Optional<String> missing() {
    try {
      if (!DockerClientFactory.instance().isDockerAvailable()) {
        return Optional.of("no container engine answers");
      }
    } catch (RuntimeException e) {
      return Optional.of("no container engine answers: " + e.getMessage());
    }
    for (String image : new String[] {IMAGE, TOOLS}) {
      try {
        client().inspectImageCmd(image).exec();
      } catch (NotFoundException e) {
        return Optional.of("the image " + image + " is not there: run image/build");
      }
    }
    return Optional.empty();
  }

  /** Bytes of the image, all layers. */
  static long imageBytes() {
    Long size = client().inspectImageCmd(IMAGE).exec().getSize();
    return size == null ? 0 : size;
  }
}
