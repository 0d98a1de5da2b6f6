package org.postern.pop3.internal;

import java.time.Duration;
import org.postern.testkit.protocol.ProtocolContract;
import org.postern.testkit.protocol.ProtocolFixture;

/** The contract of protocols, with a mailbox that makes its session wait wherever it can. */
class Pop3ContractTest implements ProtocolContract {

    @Override
    public ProtocolFixture protocol() {
        Pop3World world = new Pop3World();
        Duration moment = Duration.ofMillis(30);
        for (FakeMailboxes.Call call : FakeMailboxes.Call.values()) {
            world.mailboxes.waits(call, moment).waits(call, moment);
        }
        return world;
    }
}
