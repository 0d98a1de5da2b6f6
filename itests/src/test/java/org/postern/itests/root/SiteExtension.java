package org.postern.itests.root;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the one {@link Site}: made for the first, restored before each, removed at the end.
 */
final class SiteExtension implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
    private static final int LOG_TAIL = 2500;

    private static Site site(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SiteExtension.class))
                .getOrComputeIfAbsent(Site.class, key -> open(), Site.class);
    }

    private static Site open() {
        try {
            return Site.open();
        } catch (Exception e) {
            throw new IllegalStateException("the tests' users and servers cannot be made", e);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        site(context).restore();
    }

    /** The logs go with the directory. */
    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isPresent()) {
            Site site = site(context);
            System.out.println(context.getDisplayName() + " failed; the helper's log:");
            System.out.println(tail(site.helper().log()));
            System.out.println("the server's log:");
            System.out.println(tail(site.server().log()));
        }
    }

    private static String tail(String log) {
        return log.substring(Math.max(0, log.length() - LOG_TAIL));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Site.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return site(context);
    }
}
