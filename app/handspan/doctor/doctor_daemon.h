// The doctor's look at a running daemon.
#pragma once

#include "base/time.h"
#include "host/finding.h"
#include "shm/reader.h"

namespace handspan::app {

// Reads the daemon's numbers twice, `interval` apart (waits meanwhile; rates are of this time), and
// judges them. The daemon must not be gone.
void look_at_daemon(const shm::Reader &reader, base::Nanos interval, host::Findings &findings);

// What the kernel can keep from a daemon, and what this one has given up. Null: none runs.
void look_at_rights(const shm::Reader *daemon, host::Findings &findings);

} // namespace handspan::app
