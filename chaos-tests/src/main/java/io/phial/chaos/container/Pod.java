package io.phial.chaos.container;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * One container of a pod's spec, run as the kubelet would: command, arguments, environment with the
 * downward API, mounted files, and security context. Ports and probes are asked at the pod's
 * address.
 *
 * @param manifests where volumes get their files from
 * @param pod the pod's spec
 * @param container the container's
 * @param name of the pod
 * @param address of the pod
 * @param files an empty directory for mounted files
 */
record Pod(
    Manifests manifests,
    Map<String, Object> pod,
    Map<String, Object> container,
    String name,
    String address,
    Path files) {

  /** The container, ready to start; where it gets its network from is left to the caller. */
  GenericContainer<?> container(Consumer<CreateContainerCmd> network) throws IOException {
    String image = container.get("image").toString();
    GenericContainer<?> created =
        new GenericContainer<>(DockerImageName.parse(image)).withImagePullPolicy(any -> false);
    environment().forEach(created::withEnv);
    Map<String, String> directories = mount(created);
    List<String> command = strings(container.get("command"));
    List<String> args = strings(container.get("args"));
    created.withCreateContainerCmdModifier(
        create -> {
          if (!command.isEmpty()) {
            create.withEntrypoint(command);
          }
          create.withCmd(args);
          secure(create, directories);
          network.accept(create);
        });
    return created;
  }

  private static List<String> strings(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? List.of() : ((List<?>) value).stream().map(String::valueOf).toList();
  }

  private Map<String, String> environment() {
    Map<String, String> found = new HashMap<>();
    for (Map<String, Object> entry : Manifests.list(container.get("env"))) {
      Object value = entry.get("value");
      if (value == null) {
        Object path =
            Manifests.map(Manifests.map(entry.get("valueFrom")).get("fieldRef")).get("fieldPath");
        value = "status.podIP".equals(path) ? address : name;
      }
      found.put(entry.get("name").toString(), value.toString());
    }
    return found;
  }

  /** Mounts files; returns the paths that are empty directories. */
  private Map<String, String> mount(GenericContainer<?> created) throws IOException {
    Map<String, Map<String, Object>> volumes = new HashMap<>();
    Manifests.list(pod.get("volumes")).forEach(v -> volumes.put(v.get("name").toString(), v));
    Map<String, String> directories = new HashMap<>();
    for (Map<String, Object> mount : Manifests.list(container.get("volumeMounts"))) {
      String volume = mount.get("name").toString();
      String path = mount.get("mountPath").toString();
      Map<String, byte[]> content = manifests.filesOf(volumes.get(volume));
      if (content.isEmpty()) {
        directories.put(path, "rw,exec,mode=1777"); // as an emptyDir is
        continue;
      }
      Path directory = Files.createDirectories(files.resolve(volume));
      for (Map.Entry<String, byte[]> file : content.entrySet()) {
        Files.write(directory.resolve(file.getKey()), file.getValue());
      }
      created.withFileSystemBind(directory.toString(), path, BindMode.READ_ONLY);
    }
    return directories;
  }

  private void secure(CreateContainerCmd create, Map<String, String> directories) {
    Map<String, Object> own = Manifests.map(container.get("securityContext"));
    Map<String, Object> all = Manifests.map(pod.get("securityContext"));
    Object user = own.getOrDefault("runAsUser", all.get("runAsUser"));
    if (user != null) {
      create.withUser(user + ":" + all.getOrDefault("runAsGroup", user));
    }
    HostConfig host = create.getHostConfig();
    if (host == null) {
      throw new IllegalStateException("no host configuration");
    }
    host.withReadonlyRootfs(Boolean.TRUE.equals(own.get("readOnlyRootFilesystem")));
    host.withTmpFs(directories);
    List<String> options = new ArrayList<>();
    if (Boolean.FALSE.equals(own.get("allowPrivilegeEscalation"))) {
      options.add("no-new-privileges");
    }
    host.withSecurityOpts(options);
    for (String capability : strings(Manifests.map(own.get("capabilities")).get("drop"))) {
      host.withCapDrop(Capability.valueOf(capability));
    }
    Object memory =
        Manifests.map(Manifests.map(container.get("resources")).get("limits")).get("memory");
    if (memory != null) {
      host.withMemory(Long.parseLong(memory.toString().replace("Mi", "")) << 20);
    }
  }
}
