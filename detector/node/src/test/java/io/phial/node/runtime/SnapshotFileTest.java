package io.phial.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  @TempDir Path directory;

  private SnapshotFile file(int entriesMax) {
    return new SnapshotFile(directory.resolve("test.snapshot"), entriesMax);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void shouldReadWhatItWroteLast() throws IOException {
    SnapshotFile file = file(3);
    assertThat(file.exists()).isFalse();
    file.write(1, List.of(bytes("old")));
    file.write(1764000000123L, List.of(bytes("a"), new byte[0], bytes("ccc")));
    SnapshotFile.Content content = file.read();
    assertThat(content.atEpochMillis()).isEqualTo(1764000000123L);
    assertThat(content.entries()).containsExactly(bytes("a"), new byte[0], bytes("ccc"));
    assertThat(directory.toFile().list()).hasSize(1);
  }

  @Test
  void shouldRefuseAFileWithAnyByteChangedOrMissing() throws IOException {
    SnapshotFile file = file(3);
    file.write(7, List.of(bytes("first"), bytes("second")));
    byte[] whole = Files.readAllBytes(file.path());
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      Files.write(file.path(), damaged);
      assertThatThrownBy(file::read).as("byte %d", i).isInstanceOf(IOException.class);
      Files.write(file.path(), Arrays.copyOf(whole, i));
      assertThatThrownBy(file::read).as("cut at %d", i).isInstanceOf(IOException.class);
    }
    Files.write(file.path(), Arrays.copyOf(whole, whole.length + 1));
    assertThatThrownBy(file::read).isInstanceOf(IOException.class);
    Files.write(file.path(), whole);
    assertThat(file.read().entries()).hasSize(2);
  }

  @Test
  void shouldRefuseMoreEntriesThanAllowed() throws IOException {
    SnapshotFile wide = file(3);
    wide.write(7, List.of(bytes("a"), bytes("b")));
    assertThatThrownBy(() -> file(1).read())
        .isInstanceOf(IOException.class)
        .hasMessage("entries must be 0 to 1, was 2");
    assertThatThrownBy(() -> file(1).write(7, List.of(bytes("a"), bytes("b"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(wide.read().entries()).as("the former one stays").hasSize(2);
  }
}
