package org.postern.benchmarks.load;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;

/** What a run has measured, as one flat JSON object on a line. For one thread. */
public final class Report {
    private final Map<String, Object> values = new LinkedHashMap<>();

    public Report put(String key, String text) {
        values.put(key, text);
        return this;
    }

    public Report put(String key, long number) {
        values.put(key, number);
        return this;
    }

    /** With three digits behind the point. */
    public Report put(String key, double number) {
        values.put(key, number);
        return this;
    }

    public OptionalDouble number(String key) {
        return values.get(key) instanceof Number number
                ? OptionalDouble.of(number.doubleValue())
                : OptionalDouble.empty();
    }

    /** Empty if there is none. */
    public String text(String key) {
        return values.get(key) instanceof String text ? text : "";
    }

    /**
     * Reads such a line, or popbench's. Texts have no quotes or backslashes in them: neither driver
     * writes any.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Report parse(String line) {
        Report report = new Report();
        String rest = line.strip();
        if (!rest.startsWith("{") || !rest.endsWith("}")) {
            throw new IllegalArgumentException("no report: " + line);
        }
        for (int at = rest.indexOf('"'); at >= 0; at = rest.indexOf('"', at)) {
            int colon = rest.indexOf("\":", at + 1);
            String key = rest.substring(at + 1, colon);
            int value = colon + 2;
            int end;
            if (rest.charAt(value) == '"') {
                end = rest.indexOf('"', value + 1) + 1;
                report.put(key, rest.substring(value + 1, end - 1));
            } else {
                int comma = rest.indexOf(',', value);
                end = comma < 0 ? rest.length() - 1 : comma;
                String plain = rest.substring(value, end);
                switch (plain) {
                    case "true", "false" -> report.put(key, plain);
                    default -> report.put(key, Double.parseDouble(plain));
                }
            }
            at = end;
        }
        return report;
    }

    @Override
    public String toString() {
        StringJoiner members = new StringJoiner(",", "{", "}");
        values.forEach((key, value) -> members.add('"' + key + "\":" + json(value)));
        return members.toString();
    }

    private static String json(Object value) {
        if (value instanceof Double number) {
            return number == Math.rint(number) && Math.abs(number) < 1e15
                    ? Long.toString(number.longValue())
                    : String.format(Locale.ROOT, "%.3f", number);
        }
        return value instanceof String text ? '"' + plain(text) + '"' : value.toString();
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.chars().forEach(c -> plain.append(c < ' ' || c == '"' || c == '\\' ? '\'' : (char) c));
        return plain.toString();
    }
}
