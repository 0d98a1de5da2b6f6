package org.postern.posix.internal;

import java.util.List;
import org.postern.api.posix.Privileges;

/**
 * Reads /proc/self/status (proc(5)) strictly. What is missing, doubled or odd is an exception:
 * "could not find out" must never pass for "has no privileges" (invariant I1).
 */
final class ProcessStatus {
    private ProcessStatus() {}

    static Privileges privileges(String status) {
        List<String> lines = status.lines().toList();
        String[] users = field(lines, "Uid:").split("\t", -1);
        if (users.length != 4) {
            throw new IllegalStateException("Uid: wants four numbers");
        }
        return new Privileges(
                user(users[0]),
                user(users[1]),
                user(users[2]),
                user(users[3]),
                capabilities(lines, "CapInh:"),
                capabilities(lines, "CapPrm:"),
                capabilities(lines, "CapEff:"),
                capabilities(lines, "CapAmb:"));
    }

    private static String field(List<String> lines, String name) {
        String prefix = name + "\t";
        List<String> found = lines.stream().filter(line -> line.startsWith(prefix)).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(name + " is there " + found.size() + " times");
        }
        return found.get(0).substring(prefix.length());
    }

    private static long user(String digits) {
        return number("Uid:", digits, 10, 10);
    }

    private static long capabilities(List<String> lines, String name) {
        String digits = field(lines, name);
        if (digits.length() != 16) {
            throw new IllegalStateException(name + " wants 16 digits");
        }
        return number(name, digits, 16, 16);
    }

    private static long number(String name, String digits, int radix, int longest) {
        boolean plain = !digits.isEmpty() && digits.length() <= longest;
        for (int i = 0; i < digits.length(); i++) {
            char digit = digits.charAt(i);
            plain &= digit < 0x80 && Character.digit(digit, radix) >= 0;
        }
        if (!plain) {
            throw new IllegalStateException(name + " is not a number");
        }
        return Long.parseUnsignedLong(digits, radix);
    }
}
