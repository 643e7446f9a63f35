// Community ID: one identifier for a connection, the same in every tool that follows the
// specification (version 1, seed 0).
#pragma once

#include "base/fixed.h"
#include "record/record.h"

namespace handspan::render {

// "1:" and the base64 of the SHA-1 over the endpoints, the smaller first. Empty if the digest is
// not to be had.
using CommunityId = base::FixedText<32>; // 30, and a place for what base64 ends with in OpenSSL
CommunityId community_id(const record::Record &record);

} // namespace handspan::render
