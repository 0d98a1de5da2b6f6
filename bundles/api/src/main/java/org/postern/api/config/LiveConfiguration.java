package org.postern.api.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The configuration in force of one component: the last one without a problem. Where the first one
 * has a problem there is none, and the component does nothing rather than something that was not
 * asked for.
 *
 * @param <T> the parsed configuration, immutable
 */
public final class LiveConfiguration<T> implements ConfigurationStatus {
    private final String pid;
    private final Function<Settings, T> parser;
    private final Consumer<ConfigurationProblem> report;
    private volatile Optional<T> current = Optional.empty();
    private volatile List<ConfigurationProblem> problems = List.of();

    /**
     * @param pid the PID, or the factory PID
     * @param parser reads every key it knows; what it returns is dropped if there was a problem
     * @param report told each problem once, for the log
     */
    public LiveConfiguration(
            String pid, Function<Settings, T> parser, Consumer<ConfigurationProblem> report) {
        this.pid = pid;
        this.parser = parser;
        this.report = report;
    }

    /**
     * Takes up changed properties, or refuses them whole.
     *
     * @return whether they are in force now
     */
    public boolean update(Map<String, ?> properties) {
        Settings settings = Settings.of(pid, properties);
        T parsed = parser.apply(settings);
        List<ConfigurationProblem> found = settings.problems();
        problems = found;
        if (found.isEmpty()) {
            current = Optional.of(parsed);
            return true;
        }
        found.forEach(report);
        return false;
    }

    /** What is in force. */
    public Optional<T> current() {
        return current;
    }

    @Override
    public String pid() {
        return pid;
    }

    @Override
    public List<ConfigurationProblem> problems() {
        return problems;
    }
}
