// Values as their fields have them, and files of them.
#include "rules/source.h"

#include "base/quote.h"
#include "rules/prefix_trie.h"

#include <algorithm>

namespace handspan::rules {

namespace {

constexpr std::size_t kMaxNameText = 253;     // of a host name (RFC 1035, section 2.3.4)
constexpr std::size_t kMaxFaultsOfAList = 20; // then nothing more is told of it
constexpr std::string_view kBlanks = " \t\r\v\f";

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Digits of `field`, colons between them left out. Of those that may have any length a number may
// be negative.
std::optional<std::string> digest(Field field, std::string_view value, std::string &why) {
  std::string digits;
  for (const char c : value)
    if (c != ':')
      digits += c;
  const std::size_t wanted = field == Field::ja3 ? 32 : field == Field::sha256 ? 64 : 0;
  std::string_view number = digits;
  if (wanted == 0 && number.starts_with('-'))
    number.remove_prefix(1);
  const bool hex = !number.empty() && std::all_of(number.begin(), number.end(), is_hex);
  if (hex && (wanted == 0 || digits.size() == wanted))
    return digits;
  why = wanted == 0 ? "must be hexadecimal digits"
                    : "must be " + std::to_string(wanted) + " hexadecimal digits";
  return std::nullopt;
}

//   t13d1516h2_8daaf6152771_e5627efa2ab1
std::optional<std::string> ja4(std::string_view value, std::string &why) {
  if (value.size() == 36 && value[10] == '_' && value[23] == '_')
    return std::string(value);
  why = "must be of the form t13d1516h2_8daaf6152771_e5627efa2ab1";
  return std::nullopt;
}

// "example.com", "*.example.com", ".example.com"
std::optional<std::string> domain(std::string_view value, bool with_below, std::string &why) {
  std::string_view host = value;
  if (with_below && host.starts_with("*."))
    host.remove_prefix(2);
  else if (with_below && host.starts_with('.'))
    host.remove_prefix(1);
  if (host.ends_with('.'))
    host.remove_suffix(1);
  const bool ascii =
      std::all_of(host.begin(), host.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!ascii && host.find_first_of(" \t") == std::string_view::npos)
    why =
        "must be written as it stands in a Client Hello, with xn-- for other letters than ASCII's";
  else if (!ascii)
    why = "must be one name alone";
  else if (host.find('*') != std::string_view::npos)
    why = "may have one * alone, at the front, as *.example.com; a regex can say more";
  else if (host.find_first_of("/\\@:,;\"'()[]{}<>|") != std::string_view::npos)
    why = "is no host name";
  else if (host.empty() || host.size() > kMaxNameText || host.front() == '.' ||
           host.find("..") != std::string_view::npos)
    why = "is no host name: labels of 1 to 63 bytes with dots between them are, up to 253 bytes";
  if (!why.empty())
    return std::nullopt;
  const std::size_t front =
      value.size() - std::min(value.size(), host.size() + (value.ends_with('.') ? 1 : 0));
  return std::string(value.substr(0, front)) + std::string(host);
}

} // namespace

std::optional<std::string> normal(Field field, Ask ask, std::string_view value, std::string &why) {
  why.clear();
  if (value.size() > kMaxPatternBytes) {
    why = "is longer than " + std::to_string(kMaxPatternBytes) + " bytes";
    return std::nullopt;
  }
  if (shape(field) == Shape::address) {
    if (parse_prefix(value))
      return std::string(value);
    why = "must be an address or a network whose bits behind its length are 0, as 10.0.0.0/8 or "
          "2001:db8::/32";
    return std::nullopt;
  }
  if (ask == Ask::regex || ask == Ask::contains)
    return std::string(value);
  if (shape(field) == Shape::digest)
    return digest(field, value, why);
  if (field == Field::ja4)
    return ja4(value, why);
  if (shape(field) == Shape::name)
    return domain(value, ask != Ask::equals, why);
  return std::string(value);
}

bool read_list(const Rule &rule, const Condition &condition, Findings &findings,
               const std::function<void(std::string_view, std::uint32_t)> &take) {
  const auto place = [&](std::uint32_t line, std::string what) {
    Finding finding{condition.list, line, rule.id, rule.name, std::string(name(condition.field)),
                    std::move(what)};
    findings.add(std::move(finding));
  };
  std::string why;
  const auto text = read_file(condition.list, kMaxListBytes, why);
  if (!text) {
    place(0, "can't read the list: " + why);
    return false;
  }
  std::string_view rest = *text;
  if (rest.starts_with("\xef\xbb\xbf")) // a byte order mark, as some editors leave it
    rest.remove_prefix(3);
  std::size_t entries = 0, faults = 0;
  for (std::uint32_t line = 1; !rest.empty() && faults < kMaxFaultsOfAList; ++line) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view entry = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    entry = trimmed(entry.substr(0, entry.find('#')));
    if (entry.empty())
      continue;
    const auto value = normal(condition.field, Ask::list, entry, why);
    if (!value) {
      ++faults;
      place(line, base::quoted(entry) + ' ' + why);
    } else if (++entries > kMaxListEntries) {
      ++faults;
      place(line, "the list has more than " + std::to_string(kMaxListEntries) + " entries");
      break;
    } else {
      take(*value, line);
    }
  }
  if (faults == kMaxFaultsOfAList)
    place(0, "so many lines are wrong that no more are told");
  else if (entries == 0 && faults == 0)
    place(0, "the list has no entry: each line that is no comment (#) is one");
  return faults == 0 && entries > 0;
}

} // namespace handspan::rules
