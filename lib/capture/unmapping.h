// Memory of others that a poller uses, and that goes when they do.
#pragma once

#include <functional>

namespace handspan::capture {

// net_memif unmaps a peer's rings on DPDK's interrupt thread, as soon as the peer is gone, while
// another thread may be in the midst of a burst from them: that ends the process by SIGSEGV. So the
// interrupt thread calls this first: it must return only when every thread that polls has come
// round once, for it has then seen that the link is down. dpdk-dumpcap and dpdk-pdump free the ring
// that a poller copies packets into as soon as they hear that it does so no longer: they hear it
// when all have come round. Empty: nobody polls.
void before_unmapping(std::function<void()> wait);

} // namespace handspan::capture
