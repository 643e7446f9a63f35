#include "tls/object_name.h"

#include <cstdint>
#include <openssl/objects.h>
#include <unordered_map>

namespace handspan::tls {

namespace {

using Names = std::unordered_map<std::string_view, std::string_view>;

Names gather() {
  Names names;
  for (int nid = 1; nid < OBJ_new_nid(0); ++nid) {
    const ASN1_OBJECT *object = OBJ_nid2obj(nid);
    if (object && OBJ_length(object) > 0)
      names.emplace(base::text_of({OBJ_get0_data(object), OBJ_length(object)}), OBJ_nid2sn(nid));
  }
  return names;
}

} // namespace

std::string_view short_name(base::Bytes object_id) {
  static const Names names = gather();
  const auto found = names.find(base::text_of(object_id));
  return found == names.end() ? std::string_view{} : found->second;
}

// Numbers in seven bits a byte, the high bit on all but the last; the first one holds two
// (X.690, 8.19).
std::string dotted(base::Bytes object_id, std::size_t max) {
  std::string out;
  std::uint64_t arc = 0;
  bool too_big = false;
  for (const std::uint8_t byte : object_id) {
    too_big |= arc >> 57 != 0;
    arc = arc << 7 | (byte & 0x7f);
    if (byte & 0x80)
      continue;
    if (out.empty()) {
      const std::uint64_t root = too_big || arc >= 80 ? 2 : arc / 40;
      out = std::to_string(root);
      arc -= 40 * root;
    }
    out += '.' + (too_big ? "?" : std::to_string(arc));
    if (out.size() >= max)
      break;
    arc = 0;
    too_big = false;
  }
  return out.substr(0, max);
}

} // namespace handspan::tls
