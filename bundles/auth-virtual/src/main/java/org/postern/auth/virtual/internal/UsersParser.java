package org.postern.auth.virtual.internal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.postern.api.auth.UserName;
import org.postern.api.storage.MailLocation;

/**
 * Dovecot's passwd-file syntax: {@code name:password:uid:gid:gecos:home:shell:extra}, extra fields
 * divided by blanks, {@code #} before a comment line. One bad line refuses the whole file: half a
 * file would lock people out one by one, without anybody noticing why.
 *
 * <p>Nothing is expanded: no %-variables, no environment (CVE-2017-2669). Extra fields that
 * restrict a login in Dovecot are refused, as ignoring them would let in whom they keep out.
 */
final class UsersParser {
    private static final int FIELDS = 8;
    private static final int MAX_LINE = 8192;
    private static final int MAX_USERS = 1_000_000;
    private static final String MAIL = "userdb_mail=";
    private static final String ACT_FOR = "userdb_postern_act_for=";
    // Who acts for more is a program, and has a way of its own to everybody's mail.
    private static final int MAX_ACT_FOR = 64;

    private final PasswordSchemes schemes;
    private final Map<UserName, User> users = new HashMap<>();

    private UsersParser(PasswordSchemes schemes) {
        this.schemes = schemes;
    }

    /**
     * @throws UsersProblem with the line and what is wrong
     */
    static Users parse(byte[] file, PasswordSchemes schemes) throws UsersProblem {
        UsersParser parser = new UsersParser(schemes);
        int number = 0;
        for (int from = 0; from < file.length; ) {
            number++;
            int end = from;
            while (end < file.length && file[end] != '\n') {
                end++;
            }
            int to = end > from && file[end - 1] == '\r' ? end - 1 : end;
            try {
                parser.line(file, from, to);
            } catch (IllegalArgumentException wrong) {
                throw new UsersProblem(number, wrong.getMessage());
            }
            from = end + 1;
        }
        return new Users(parser.users, schemes.fallback());
    }

    private void line(byte[] file, int from, int to) {
        if (from == to || file[from] == '#') {
            return;
        }
        if (to - from > MAX_LINE) {
            throw new IllegalArgumentException("the line is longer than " + MAX_LINE + " octets");
        }
        // One character is one octet.
        String line = new String(file, from, to - from, StandardCharsets.ISO_8859_1);
        if (line.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("there is a NUL in the line");
        }
        String[] fields = line.split(":", FIELDS);
        if (fields.length != FIELDS) {
            throw new IllegalArgumentException(
                    "wants name:password:uid:gid:gecos:home:shell:extra, and has "
                            + fields.length
                            + " fields");
        }
        User user =
                new User(
                        name(fields[0]),
                        schemes.parse(fields[1]),
                        mail(decode(fields[5]), decode(fields[7])),
                        actsFor(fields[7]));
        if (users.put(user.name(), user) != null) {
            throw new IllegalArgumentException("the name is there twice");
        }
        if (users.size() > MAX_USERS) {
            throw new IllegalArgumentException("there are more than " + MAX_USERS + " users");
        }
    }

    private static UserName name(String field) {
        if (!field.equals(field.trim())) {
            throw new IllegalArgumentException("the name starts or ends with a blank");
        }
        return UserName.of(field.getBytes(StandardCharsets.ISO_8859_1));
    }

    // Octet by octet, as names are; a name with a blank or a comma cannot be said here.
    private static Set<UserName> actsFor(String extra) {
        Set<UserName> names = new HashSet<>();
        boolean said = false;
        for (String field : extra.split(" ", -1)) {
            if (!field.startsWith(ACT_FOR)) {
                continue;
            }
            if (said) {
                throw new IllegalArgumentException(ACT_FOR + " is there twice");
            }
            said = true;
            for (String name : field.substring(ACT_FOR.length()).split(",", -1)) {
                if (name.isEmpty() || !names.add(name(name)) || names.size() > MAX_ACT_FOR) {
                    throw new IllegalArgumentException(
                            ACT_FOR
                                    + " wants 1 to "
                                    + MAX_ACT_FOR
                                    + " different names, with commas and no blanks");
                }
            }
        }
        return Set.copyOf(names);
    }

    private static String decode(String octets) {
        try {
            byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException malformed) {
            throw new IllegalArgumentException("a path is not UTF-8", malformed);
        }
    }

    private static MailLocation mail(String home, String extra) {
        String location = "";
        for (String field : extra.split(" ", -1)) {
            if (field.startsWith(MAIL)) {
                location = field.substring(MAIL.length());
            } else if (field.startsWith("userdb_postern_") && !field.startsWith(ACT_FOR)) {
                throw new IllegalArgumentException(
                        "of userdb_postern_ fields only " + ACT_FOR + " is known");
            } else if (!field.isEmpty() && !field.startsWith("userdb_")) {
                throw new IllegalArgumentException(
                        "an extra field is not known here: only userdb_mail= and "
                                + ACT_FOR
                                + " count, other userdb_ fields are ignored");
            }
        }
        if (location.startsWith("mbox:")) {
            return at("mbox", home, location.substring("mbox:".length()));
        }
        if (location.startsWith("maildir:")) {
            return at("maildir", home, location.substring("maildir:".length()));
        }
        throw new IllegalArgumentException(
                "wants userdb_mail=mbox:PATH or userdb_mail=maildir:PATH");
    }

    private static MailLocation at(String format, String home, String path) {
        if (path.indexOf('%') >= 0 || path.indexOf(':') >= 0) {
            throw new IllegalArgumentException(
                    "a mail path has neither a percent sign nor a colon");
        }
        if (path.startsWith("~/")) {
            requireAbsolute(home, "with ~/ in the mail path, home");
            return new MailLocation(format, home, components(path.substring(2)));
        }
        requireAbsolute(path, "the mail path");
        int slash = path.lastIndexOf('/');
        String base = slash == 0 ? "/" : path.substring(0, slash);
        return new MailLocation(format, base, components(path.substring(slash + 1)));
    }

    private static void requireAbsolute(String path, String what) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(what + " is not an absolute path");
        }
        for (String component : path.substring(1).split("/", -1)) {
            if (component.equals(".") || component.equals("..")) {
                throw new IllegalArgumentException(what + " has . or .. in it");
            }
        }
    }

    private static String components(String path) {
        for (String component : path.split("/", -1)) {
            if (component.isEmpty() || component.equals(".") || component.equals("..")) {
                throw new IllegalArgumentException(
                        "the mail path has an empty component, . or .. in it");
            }
        }
        return path;
    }
}
