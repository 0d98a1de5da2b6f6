package org.postern.itests;

import java.util.ArrayList;
import java.util.List;

/** The names in a manifest header such as Import-Package, without attributes and directives. */
final class ManifestHeader {
    private ManifestHeader() {}

    static List<String> names(String header) {
        List<String> names = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i <= header.length(); i++) {
            char c = i < header.length() ? header.charAt(i) : ',';
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                String clause = header.substring(from, i);
                int end = clause.indexOf(';');
                names.add((end < 0 ? clause : clause.substring(0, end)).trim());
                from = i + 1;
            }
        }
        return names;
    }
}
