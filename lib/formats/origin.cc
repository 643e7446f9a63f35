#include "formats/origin.h"

#include "render/units.h"

namespace handspan::formats {
namespace {

constexpr std::size_t kDigits = 16; // of a start

} // namespace

std::string start_text(const Origin &origin) {
  char text[render::kHex64];
  const char *const end = render::put_hex(text, origin.start, kDigits);
  return {end - kDigits, end}; // without 0x
}

void append_record_id(std::string &to, const Origin &origin, unsigned worker,
                      std::uint64_t number) {
  char text[render::kHex64];
  to.append(render::put_hex(text, origin.start, kDigits) - kDigits, kDigits);
  to += ':';
  to += std::to_string(worker);
  to += ':';
  to += std::to_string(number);
}

std::string record_id(const Origin &origin, unsigned worker, std::uint64_t number) {
  std::string id;
  append_record_id(id, origin, worker, number);
  return id;
}

} // namespace handspan::formats
