#include "render/json_dom.h"

#include "base/quote.h"
#include "render/json_text.h"

#include <algorithm>

namespace handspan::render {

std::string one_line(const Json &object) {
  std::string text = object.dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::all_of(text.begin(), text.end(), is_plain))
    return text;
  std::string out;
  out.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    const std::uint32_t c = base::take_character(rest);
    char escape[kJsonEscape];
    if (base::is_hidden_control(c)) // inside a string: elsewhere JSON has none
      out.append(escape, put_json_escape(escape, c));
    else
      out += before.substr(0, before.size() - rest.size());
  }
  return out;
}

} // namespace handspan::render
