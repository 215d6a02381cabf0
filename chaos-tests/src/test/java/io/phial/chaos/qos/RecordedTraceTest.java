package io.phial.chaos.qos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedTraceTest {
  @TempDir Path directory;

  private RecordedTrace trace(String content) throws IOException {
    Path file = directory.resolve("trace.csv");
    Files.writeString(file, content);
    return new RecordedTrace(file, TimeUnitOfTrace.MS, 0);
  }

  @Test
  void shouldReadBeatsWithFractionsAndLosses() throws IOException {
    try (RecordedTrace trace =
        trace("# a comment\na,1,1000,1000.25\n\nb, 7, 1100, 1101\na,2,2000,\na,3,3000,3001\r\n")) {
      Beats batch = new Beats();
      assertThat(trace.next(batch)).isTrue();
      assertThat(batch.size()).isEqualTo(3);
      assertThat(trace.clients()).isEqualTo(2);
      assertThat(batch.arrivedNanos[0]).isEqualTo(1_000_250_000L);
      assertThat(batch.intervalNanos[0]).isEqualTo(1_000_000_000L);
      assertThat(batch.client[1]).isEqualTo(1);
      assertThat(batch.sequence[2]).isEqualTo(3);
      assertThat(trace.next(batch)).isFalse();
    }
  }

  @Test
  void shouldTakeTheUnitFromTheHeader() throws IOException {
    try (RecordedTrace trace =
        trace("client,sequence,sentNanos,arrivedNanos\na,1,5,9\na,2,105,110\n")) {
      Beats batch = new Beats();
      trace.next(batch);
      assertThat(batch.arrivedNanos[0]).isEqualTo(9);
      assertThat(batch.intervalNanos[0]).isEqualTo(100);
      assertThat(trace.intervalNanos()).isEqualTo(100);
    }
  }

  @Test
  void shouldSortWhatIsOrderedBySender() throws IOException {
    try (RecordedTrace trace = trace("a,1,0,1\na,2,1000,1001\nb,1,500,501\n")) {
      Beats batch = new Beats();
      trace.next(batch);
      assertThat(batch.size()).isEqualTo(3);
      assertThat(batch.client[1]).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,-1,-x,-1|line 1: send time must be a number of milliseconds, was '-x'",
        "a,1,0|line 1: must have 4 fields (client, sequence, send time, arrival time), has 3",
        "a,1,0,1;a,x,0,1|line 2: sequence must be a whole number, was 'x'",
        "a,1,0,1;a,2,1e3,1|line 2: send time must be a number of milliseconds, was '1e3'",
        "a,1,0,1;a,2,3,4.x|line 2: arrival time must be a number of milliseconds, was '4.x'",
        "a,1,0,99999999999999999|line 1: arrival time must be a number of milliseconds, was '99999999999999999'",
        ",1,0,1|line 1: client must not be empty",
        "a,1,0,|line 1: the file must have a beat that arrived"
      })
  void shouldNameTheLineThatIsWrong(String content, String message) {
    assertThatThrownBy(() -> trace(content.replace(';', '\n')))
        .isInstanceOf(TraceFormatException.class)
        .hasMessage(message);
  }

  @Test
  void shouldRefuseALineWithoutEnd() {
    assertThatThrownBy(() -> trace("a".repeat(TraceLines.LINE_CHARS_MAX + 1)))
        .hasMessage("line 1: must not be longer than 512 characters");
  }
}
