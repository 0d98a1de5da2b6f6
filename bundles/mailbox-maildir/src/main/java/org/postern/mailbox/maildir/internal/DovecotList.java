package org.postern.mailbox.maildir.internal;

import java.util.HexFormat;
import java.util.OptionalLong;

/**
 * {@code dovecot-uidlist}, version 3: {@code 3 V1783312325 N12 G...}, then for each message {@code
 * 7 W90 P... :base}. The id is what {@code P} says (Dovecot's {@code pop3_save_uidl}, and what its
 * migration tools write), otherwise Dovecot's default {@code pop3_uidl_format}, %08Xu%08Xv.
 */
final class DovecotList implements ForeignList {
    static final String NAME = "dovecot-uidlist";

    private static final int VERSION = 3;
    private static final HexFormat HEX = HexFormat.of();

    private long validity;

    @Override
    public boolean begin(Line header) {
        if (header.number().orElse(0) != VERSION) {
            return false;
        }
        while (header.take(' ')) {
            if (header.take('V')) {
                OptionalLong number = header.number();
                if (validity != 0 || number.isEmpty()) {
                    return false;
                }
                validity = number.getAsLong();
            } else {
                // How far it has counted, and the mailbox's own name.
                header.word();
            }
        }
        return validity != 0 && header.atEnd();
    }

    @Override
    public void add(Line line, ListedIds ids) {
        OptionalLong uid = line.number();
        if (uid.orElse(0) == 0) {
            return;
        }
        String id =
                HEX.toHexDigits(uid.getAsLong(), Integer.BYTES * 2)
                        + HEX.toHexDigits(validity, Integer.BYTES * 2);
        while (line.take(' ')) {
            if (line.take(':')) {
                String known = id;
                line.base().ifPresent(base -> ids.put(base, known));
                return;
            }
            if (line.take('P')) {
                id = line.word();
            } else {
                line.word();
            }
        }
    }
}
