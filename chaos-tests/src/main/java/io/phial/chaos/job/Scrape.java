package io.phial.chaos.job;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The numbers of one node's {@code /metrics} at one moment.
 *
 * @param samples by name with labels, exactly as printed
 */
public record Scrape(Map<String, Double> samples) {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** A name, perhaps labels (whose values may hold blanks), a number, perhaps a time stamp. */
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][\\w:]*(?:\\{.*\\})?) ([-+\\w.]+)(?: \\d+)?");

  /** Asks a node. */
  public static Scrape of(String url) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/metrics")).timeout(LIMIT).GET().build();
    HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("/metrics answered " + answer.statusCode());
    }
    return parse(answer.body());
  }

  /** Reads the Prometheus text format; lines that are no sample are skipped. */
  static Scrape parse(String text) {
    Map<String, Double> samples = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      Matcher sample = SAMPLE.matcher(line.strip());
      if (!line.startsWith("#") && sample.matches()) {
        samples.put(sample.group(1), number(sample.group(2)));
      }
    }
    return new Scrape(samples);
  }

  private static double number(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  /** The sum of all samples whose name with labels the pattern is found in. */
  public double sum(Pattern names) {
    return samples.entrySet().stream()
        .filter(sample -> names.matcher(sample.getKey()).find())
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
