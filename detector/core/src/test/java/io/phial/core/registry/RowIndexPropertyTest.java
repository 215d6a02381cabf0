package io.phial.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RowIndexPropertyTest {
  /** Rows and their keys; the hash of a key keeps only some of its bits, so that hashes collide. */
  private static final class Keys implements RowIndex.Keys {
    final Map<Integer, String> keys = new HashMap<>();
    final int mask;
    final int shift;

    Keys(int bits, int shift) {
      this.mask = bits == 32 ? -1 : (1 << bits) - 1;
      this.shift = shift;
    }

    int hash(String key) {
      return (RowIndex.mix(key.hashCode()) & mask) << shift;
    }

    @Override
    public boolean isKey(int row, int hash, String key) {
      return key.equals(keys.get(row));
    }

    @Override
    public int hashOf(int row) {
      return hash(keys.getOrDefault(row, "gone"));
    }
  }

  @Property(tries = 60)
  void shouldBehaveAsAMap(
      @ForAll long seed,
      @ForAll @IntRange(min = 10, max = 8_000) int size,
      @ForAll @IntRange(min = 3, max = 32) int hashBits) {
    SplittableRandom random = new SplittableRandom(seed);
    // Few bits only with few keys: with all hashes alike every operation takes linear time.
    int bits = size > 2_000 ? Math.max(12, hashBits) : hashBits;
    Keys keys = new Keys(bits, random.nextInt(33 - bits));
    RowIndex index = new RowIndex(keys);
    Map<String, Integer> map = new HashMap<>();
    grow(index, keys, map, size, 0);
    List<String> ids = new ArrayList<>(map.keySet());
    for (String id : ids) {
      if (random.nextInt(10) > 0) {
        int row = map.remove(id);
        index.remove(keys.hash(id), row);
        keys.keys.remove(row);
      } else {
        int row = map.get(id);
        int to = row + 10_000_000;
        keys.keys.put(to, id);
        index.moved(keys.hash(id), row, to);
        keys.keys.remove(row);
        map.put(id, to);
      }
    }
    grow(index, keys, map, size, 40_000_000);
    map.forEach((id, row) -> assertThat(index.find(keys.hash(id), id)).isEqualTo(row));
    assertThat(index.find(keys.hash("nobody"), "nobody")).isEqualTo(RecordTable.NONE);
    map.forEach((id, row) -> index.remove(keys.hash(id), row));
    map.keySet()
        .forEach(id -> assertThat(index.find(keys.hash(id), id)).isEqualTo(RecordTable.NONE));
  }

  private static void grow(
      RowIndex index, Keys keys, Map<String, Integer> map, int size, int first) {
    for (int n = 0; n < size; n++) {
      String id = "k" + first + n;
      keys.keys.put(first + n, id);
      index.add(keys.hash(id), first + n);
      map.put(id, first + n);
    }
  }
}
