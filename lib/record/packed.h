// Records and stories in few bytes: as they lie in the shared segment, and wherever many of them
// wait. What they hold and how stands in fields.def; docs/record.md tells it.
#pragma once

#include "base/bytes.h"
#include "record/record.h"
#include "record/story.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace handspan::record {

// Room for whatever is packed, and for what a number may write behind its end.
inline constexpr std::size_t kPackRoom = 7168;
using PackRoom = std::array<std::uint8_t, kPackRoom>;

// Packs it from the beginning of `to`; says how many bytes it took. Of a handshake's event only
// what fields.def says that it has. No allocation, no loop but over lists.
std::size_t pack(const Record &record, PackRoom &to);
std::size_t pack(const Story &story, PackRoom &to);

// The other way, of bytes that may be any. False if they are none of pack()'s: then `out` means
// nothing. Else it can be used: booleans are booleans, codes are known ones ("not known" if they
// are not), counts and lengths within their arrays, every text within the record, and every fact of
// a story has its parts. Whether it makes sense, and what characters its texts hold, is not judged.
bool unpack(base::Bytes bytes, Record &out);
bool unpack(base::Bytes bytes, Story &out);

// A fingerprint of fields.def: who has another one packs in another way.
std::uint64_t layout_hash();

} // namespace handspan::record
