#include "render/json_parts.h"

#include "base/quote.h"

#include <algorithm>

namespace handspan::render {
namespace {

// Beyond the first plane as two surrogates (RFC 8259, section 7).
void put_json_escape(std::string &out, std::uint32_t c) {
  if (c > 0xffff) {
    put_json_escape(out, 0xd800 + ((c - 0x10000) >> 10));
    c = 0xdc00 + ((c - 0x10000) & 0x3ff);
  }
  static constexpr char kHex[] = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4)
    out += kHex[c >> shift & 0xf];
}

} // namespace

std::string one_line(const Json &object) {
  const std::string text = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(text.begin(), text.end(), is_plain))
    return text;
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    const std::uint32_t c = base::take_character(rest);
    if (base::is_hidden_control(c)) // inside a string: elsewhere JSON has none
      put_json_escape(out, c);
    else
      out += before.substr(0, before.size() - rest.size());
  }
  return out;
}

} // namespace handspan::render
