package org.postern.mailbox.maildir.internal;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.postern.api.posix.FileName;

/**
 * {@code courierpop3dsizelist}, version 3: {@code /3 12 1783312325}, then for each message {@code
 * name 90 7:1783312325:0}, and version 2, the same without {@code :0}. The id is {@code
 * UID7-1783312325}, without what is 0; for number 0 it is the name, as Courier's first versions had
 * it.
 */
final class CourierList implements ForeignList {
    static final String NAME = "courierpop3dsizelist";

    private static final int VERSION_WITH_UTF8 = 3;
    private static final int VERSION_WITHOUT = 2;

    private boolean hasUtf8;

    @Override
    public boolean begin(Line header) {
        if (!header.take('/')) {
            return false;
        }
        long version = header.number().orElse(0);
        hasUtf8 = version == VERSION_WITH_UTF8;
        return (hasUtf8 || version == VERSION_WITHOUT)
                && header.take(' ')
                && header.number().isPresent()
                && header.take(' ')
                && header.number().isPresent()
                && header.atEnd();
    }

    @Override
    public void add(Line line, ListedIds ids) {
        Optional<FileName> base = line.baseBeforeTwoWords();
        if (base.isEmpty() || line.word().isEmpty() || !line.take(' ')) {
            return;
        }
        OptionalLong uid = line.number();
        if (uid.isEmpty() || !line.take(':')) {
            return;
        }
        OptionalLong validity = line.number();
        boolean whole = !hasUtf8 || (line.take(':') && line.number().isPresent());
        if (validity.isPresent() && whole && line.atEnd()) {
            ids.put(base.get(), id(base.get(), uid.getAsLong(), validity.getAsLong()));
        }
    }

    private static String id(FileName base, long uid, long validity) {
        if (uid == 0) {
            return escaped(base);
        }
        return validity == 0 ? "UID" + uid : "UID" + uid + "-" + validity;
    }

    private static String escaped(FileName base) {
        StringBuilder id = new StringBuilder();
        for (byte octet : MaildirName.text(base).getBytes(StandardCharsets.ISO_8859_1)) {
            int value = octet & 0xFF;
            if (value < 0x21 || value > 0x7E || value == '\'' || value == '"' || value == '+') {
                id.append(String.format(Locale.ROOT, "+%02X", value));
            } else {
                id.append((char) value);
            }
        }
        return id.toString();
    }
}
