package org.postern.console.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.karaf.shell.support.table.ShellTable;

/**
 * Rows for people, or for scripts: then there is no header, and one tab between cells that are not
 * padded. Cells hold no control characters, so a row is one line and a terminal is told nothing.
 */
final class Table {
    private final List<String> headers;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headers) {
        this.headers = List.of(headers);
    }

    /** Adds a row; one cell for each header. */
    void row(Object... cells) {
        rows.add(Arrays.stream(cells).map(cell -> plain(cell.toString())).toList());
    }

    /**
     * @param empty what people read where there is no row
     */
    void print(PrintStream out, boolean forScripts, String empty) {
        if (forScripts) {
            rows.forEach(row -> out.println(String.join("\t", row)));
            return;
        }
        ShellTable table = new ShellTable();
        headers.forEach(table::column);
        rows.forEach(row -> table.addRow().addContent(row.toArray()));
        table.emptyTableText(empty).print(out);
    }

    /** The same text with its control characters replaced. */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return plain.toString();
    }
}
