// The rows of protocols.def, and which of them are compiled together. Private to this folder.
#pragma once

#include "plain/patterns.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace handspan::plain {

enum class Sender : std::uint8_t { client, server, either };

struct Row {
  std::string_view title;
  Sender sender;
  Says says;
  const char *pattern;
};

constexpr Row kRows[] = {
#define HANDSPAN_PLAIN(title, sender, says, pattern) {title, Sender::sender, Says::says, pattern},
#include "plain/protocols.def"
#undef HANDSPAN_PLAIN
};
constexpr std::size_t kRowCount = std::size(kRows);

// A protocol has the number of its first row, counted from 1.
constexpr Protocol protocol_of(std::size_t row) {
  std::size_t first = 0;
  while (kRows[first].title != kRows[row].title)
    ++first;
  return static_cast<Protocol>(first + 1);
}
static_assert(kRowCount < 255, "a protocol is one byte");

constexpr std::array<Protocol, kRowCount> kProtocols = [] {
  std::array<Protocol, kRowCount> all{};
  for (std::size_t i = 0; i < kRowCount; ++i)
    all[i] = protocol_of(i);
  return all;
}();

constexpr std::array<bool, kRowCount> kAskTls = [] {
  std::array<bool, kRowCount> all{};
  for (std::size_t i = 0; i < kRowCount; ++i)
    if (kRows[i].says == Says::asks_tls || kRows[i].says == Says::frames_tls)
      all[kProtocols[i] - 1U] = true;
  return all;
}();

constexpr bool opens(Says says) {
  return says == Says::opens || is_header(says) || is_request(says);
}
constexpr bool replies(Says says) {
  return says != Says::opens && !is_header(says);
}
constexpr bool may_send(Sender sender, Side side) {
  return sender == Sender::either || (sender == Sender::client) == (side == Side::client);
}

// Rows with opening words of one kind are compiled together: one automaton of all kinds would be
// forty times as large as its parts.
enum class Kind : std::uint8_t { text, binary, any };
constexpr std::size_t kKinds = 3;

constexpr Kind kind_of(std::string_view pattern) {
  if (pattern.starts_with("^."))
    return Kind::any;
  const bool binary =
      pattern.starts_with("^\\x") || pattern.starts_with("^[\\x") || pattern.starts_with("^\\r");
  return binary ? Kind::binary : Kind::text;
}

// Groups are numbered: the openings of either side by kind, then the replies of each protocol.
inline constexpr std::size_t kOpenings = 2 * kKinds;
inline constexpr std::size_t kGroups = kOpenings + kRowCount + 1;

constexpr std::size_t opening_group(Side from, Kind kind) {
  return static_cast<std::size_t>(from) * kKinds + static_cast<std::size_t>(kind);
}
constexpr std::size_t reply_group(Protocol protocol) {
  return kOpenings + protocol;
}

constexpr bool is_in_group(std::size_t group, std::size_t row) {
  const Row &r = kRows[row];
  if (group >= kOpenings)
    return replies(r.says) && reply_group(kProtocols[row]) == group;
  const Side from = group < kKinds ? Side::client : Side::server;
  return opens(r.says) && may_send(r.sender, from) &&
         opening_group(from, kind_of(r.pattern)) == group;
}

} // namespace handspan::plain
