package io.phial.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.phial.client.Standing;
import io.phial.core.wire.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeeperTest {
  private final List<String> said = new ArrayList<>();
  private final Puppet process = new Puppet();
  private final Puppet port = new Puppet();
  private final Log log =
      new Log(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
  private final Keeper keeper =
      new Keeper(List.of(process, port), null, this::mouth, log, "ip=10.0.0.1");

  private static final class Puppet implements Watch {
    Sighting next = Sighting.absent("not yet");

    @Override
    public String kind() {
      return "puppet";
    }

    @Override
    public Sighting look() {
      return next;
    }

    @Override
    public Sighting glance() {
      return next;
    }
  }

  private Mouth mouth(long life) {
    return new Mouth() {
      @Override
      public void beat(String payload) {
        said.add(life + " beat " + payload);
      }

      @Override
      public void left() {
        said.add(life + " left");
      }

      @Override
      public void gone(String how) {
        said.add(life + " gone " + how);
      }

      @Override
      public Standing standing() {
        return new Standing(true, new Endpoint("a", 1), Duration.ofSeconds(1), 1, 1, 1);
      }
    };
  }

  private List<String> drain() {
    List<String> all = List.copyOf(said);
    said.clear();
    return all;
  }

  private void bothAlive(long birth) {
    process.next = Sighting.alive("process 7", birth);
    port.next = Sighting.alive("port 80", 0);
    keeper.look();
  }

  @Test
  void shouldSayNothingBeforeTheProgramIsThere() {
    keeper.look();
    keeper.glance();
    assertThat(drain()).isEmpty();
    assertThat(keeper.now().phase()).isEqualTo(Keeper.Phase.WAITING);
  }

  @Test
  void shouldBeatWhileAllWatchesSeeItAliveAndBeSilentWhenOneDoesNot() {
    bothAlive(5);
    keeper.look();
    assertThat(drain()).containsExactly("1 beat ip=10.0.0.1", "1 beat ");
    port.next = Sighting.silent("no answer");
    keeper.look();
    keeper.glance();
    assertThat(drain()).isEmpty();
    assertThat(keeper.now().phase()).isEqualTo(Keeper.Phase.SILENT);
    bothAlive(5);
    assertThat(drain()).containsExactly("1 beat ");
  }

  @Test
  void shouldTellAtAGlanceThatItIsGoneAndStartANewLifeAfterwards() {
    bothAlive(5);
    drain();
    process.next = Sighting.gone("process 7 is gone");
    keeper.glance();
    assertThat(drain()).containsExactly("1 gone process 7 is gone");
    keeper.look();
    keeper.glance();
    assertThat(drain()).isEmpty();
    bothAlive(9);
    assertThat(drain()).containsExactly("2 beat ip=10.0.0.1");
    assertThat(keeper.now().lives()).isEqualTo(2);
  }

  @Test
  void shouldTellThatItLeftWhenItsEndWasAnnounced() {
    bothAlive(5);
    keeper.leave();
    keeper.look();
    assertThat(drain()).containsExactly("1 beat ip=10.0.0.1", "1 beat ");
    process.next = Sighting.gone("process 7 is gone");
    keeper.glance();
    assertThat(drain()).containsExactly("1 left");
    assertThat(keeper.now().phase()).isEqualTo(Keeper.Phase.LEFT);
    bothAlive(9);
    process.next = Sighting.gone("process 8 is gone");
    keeper.glance();
    assertThat(drain()).containsExactly("2 beat ip=10.0.0.1", "2 gone process 8 is gone");
  }

  @Test
  void shouldEndOneLifeWhenAnotherProcessOfTheNameRuns() {
    bothAlive(5);
    bothAlive(6);
    assertThat(drain())
        .containsExactly(
            "1 beat ip=10.0.0.1", "1 gone another process of this name runs", "2 beat ip=10.0.0.1");
  }

  @Test
  void shouldLeaveWhenTheAgentIsStoppedAndSayNothingAfterwards() {
    bothAlive(5);
    keeper.stop();
    bothAlive(5);
    keeper.glance();
    assertThat(drain()).containsExactly("1 beat ip=10.0.0.1", "1 left");
  }

  @Test
  void shouldPassPushedBeatsOnAtOnceAndLeaveWhenToldSo() {
    long[] now = {0};
    PushWatch push = new PushWatch(() -> now[0], 3);
    Keeper pushed = new Keeper(List.of(push), push, this::mouth, log, "");
    pushed.look();
    pushed.push("a=1");
    pushed.push("");
    pushed.look();
    assertThat(drain()).containsExactly("1 beat a=1", "1 beat ");
    now[0] = 3;
    pushed.look();
    assertThat(pushed.now().phase()).isEqualTo(Keeper.Phase.SILENT);
    pushed.leave();
    pushed.look();
    assertThat(pushed.now().phase()).isEqualTo(Keeper.Phase.LEFT);
    pushed.push("");
    assertThat(drain()).containsExactly("1 left", "2 beat ");
  }

  @Test
  void shouldRefuseAPushWhenItWatchesByItself() {
    assertThatIllegalStateException().isThrownBy(() -> keeper.push(""));
  }
}
