package org.postern.benchmarks.suite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.postern.benchmarks.load.Report;

/**
 * All that was measured, in a file of one JSON object a line: samples, and beside them the reports
 * that they are from. Runs of some rows each can add to one file.
 */
final class Results {
    private final Path file;

    Results(Path file) {
        this.file = file;
    }

    void add(Row row, Server server, int round, double value) throws IOException {
        add(new Sample(row.key(), server.name(), round, value));
    }

    void add(Sample sample) throws IOException {
        add(sample.report());
        System.err.printf("  %-18s %-22s %10.2f%n", sample.row(), sample.server(), sample.value());
    }

    void add(Report report) throws IOException {
        Files.writeString(
                file, report + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Those of the file, in its order; of a row that was measured again, the later ones too. */
    List<Sample> samples() throws IOException {
        List<Sample> samples = new ArrayList<>();
        for (Report report : reports()) {
            if (report.number("value").isPresent()) {
                samples.add(Sample.of(report));
            }
        }
        return samples;
    }

    /** What went wrong in it: a server with errors has no figures worth comparing. */
    List<String> problems() throws IOException {
        List<String> problems = new ArrayList<>();
        for (Report report : reports()) {
            double errors = report.number("errors").orElse(0);
            double wrong = report.number("size_mismatch").orElse(0);
            if (errors > 0 || wrong > 0) {
                problems.add(
                        "%s, %s: %.0f errors (%s), %.0f messages of another size than LIST said"
                                .formatted(
                                        report.text("label"),
                                        report.text("mode"),
                                        errors,
                                        report.text("first_error"),
                                        wrong));
            }
        }
        return problems;
    }

    private List<Report> reports() throws IOException {
        return Files.exists(file)
                ? Files.readAllLines(file).stream().map(Report::parse).toList()
                : List.of();
    }
}
