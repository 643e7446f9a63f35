// RFC 9112, sections 2 to 5:
//
//   request-line = method SP request-target SP HTTP-version CRLF
//   status-line  = HTTP-version SP 3DIGIT SP [ reason-phrase ] CRLF
//   field-line   = field-name ":" OWS field-value OWS CRLF
#include "plain/http.h"

#include <algorithm>
#include <string_view>

namespace handspan::plain {

namespace {

constexpr std::size_t kHead = 1'024;

bool is_printable(char c) {
  return c > 0x20 && c < 0x7f;
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Up to the first byte that no name or number has.
std::string_view token(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_printable);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

bool begins_caseless(std::string_view text, std::string_view lower_case) {
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

std::string_view next_line(std::string_view &text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

// "shop.example:8080" of the header Host; empty if it does not lie in what is at hand.
std::string_view host_of(std::string_view fields) {
  while (!fields.empty()) {
    const bool whole = fields.find('\n') != std::string_view::npos;
    std::string_view line = next_line(fields);
    if (!whole || line.empty() || line == "\r")
      return {};
    if (!begins_caseless(line, "host:"))
      continue;
    line.remove_prefix(5);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return token(line);
  }
  return {};
}

} // namespace

void Http::read(base::Side from, base::Bytes words) {
  std::string_view text(reinterpret_cast<const char *>(words.data()),
                        std::min(words.size(), kHead));
  if (from == base::Side::server) {
    constexpr std::size_t kStatus = 9; // behind "HTTP/1.1 "
    if (text.size() < kStatus + 3 || !text.starts_with("HTTP/"))
      return;
    std::uint16_t value = 0;
    for (const char digit : text.substr(kStatus, 3)) {
      if (digit < '0' || digit > '9')
        return;
      value = static_cast<std::uint16_t>(value * 10 + (digit - '0'));
    }
    status = value;
    return;
  }
  if (!method.empty())
    return;
  std::string_view fields = text;
  std::string_view line = next_line(fields);
  method.assign(token(line));
  line.remove_prefix(std::min(method.view().size() + 1, line.size()));
  host.assign(method.view() == "CONNECT" ? token(line) : host_of(fields));
}

} // namespace handspan::plain
