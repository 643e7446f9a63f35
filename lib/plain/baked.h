// The groups of rows as they were compiled while Handspan was built, for any processor that
// Hyperscan runs on: compiling takes a third of a second, reading them in none. Private to this
// folder.
#pragma once

#include "plain/rows.h"

namespace handspan::plain {

extern const std::array<Bytes, kGroups> kBaked; // serialized; empty where a group has no row

} // namespace handspan::plain
