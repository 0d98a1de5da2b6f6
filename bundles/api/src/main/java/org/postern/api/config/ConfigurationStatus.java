package org.postern.api.config;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** Whiteboard service of everything that is configured, for the console. */
@ConsumerType
public interface ConfigurationStatus {
    /** The PID, such as {@code org.postern.limits}. */
    String pid();

    /** What was refused at the last change; empty when what is configured is in force. */
    List<ConfigurationProblem> problems();
}
