// Community ID: one identifier for a connection, the same in every tool that follows the
// specification (version 1, seed 0).
#pragma once

#include "record/record.h"

#include <string>

namespace handspan::render {

// "1:" and the base64 of the SHA-1 over the endpoints, the smaller first. Empty if the digest is
// not to be had.
std::string community_id(const record::Record &record);

} // namespace handspan::render
