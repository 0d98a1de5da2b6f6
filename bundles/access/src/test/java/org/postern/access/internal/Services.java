package org.postern.access.internal;

import java.util.Map;
import org.osgi.framework.Constants;

/** Service properties as a framework gives them. */
public final class Services {
    private Services() {}

    public static Map<String, Object> properties(String key, String name, long id, int ranking) {
        return Map.of(key, name, Constants.SERVICE_ID, id, Constants.SERVICE_RANKING, ranking);
    }

    public static Map<String, Object> properties(long id, int ranking) {
        return Map.of(Constants.SERVICE_ID, id, Constants.SERVICE_RANKING, ranking);
    }
}
