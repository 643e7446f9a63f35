// The daemon's last words.
#pragma once

#include "crew.h"
#include "shm/reader.h"

#include <string>
#include <vector>

namespace handspan::daemon {

// All workers must be done.
record::WorkerStats total_of(const Workers &workers);

// "122 packets, 4 connections: 3 completed, 1 failed".
std::string summary(const record::WorkerStats &total);

// What the operator should know, a line each: rings that records have already been overwritten in.
std::vector<std::string> warnings(const shm::Reader &segment);

} // namespace handspan::daemon
