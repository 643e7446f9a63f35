// The words of plain protocols (protocols.def), compiled by Hyperscan once for the process, and the
// scan of what one side says. Safe for all threads; each has a scratch of its own.
#pragma once

#include "base/bytes.h"
#include "base/side.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace handspan::plain {

using base::Bytes;
using base::Side;

// What words say; see protocols.def.
enum class Says : std::uint8_t {
  opens,
  header,
  header16,
  asks_tls,
  asks_tunnel,
  grants,
  refuses_number,
  refuses_word,
  refuses_second,
  refuses_last,
  refuses_le16,
  refuses_le32,
  leaves,
  frames_tls,
};

constexpr bool is_header(Says says) {
  return says == Says::header || says == Says::header16;
}
constexpr bool is_request(Says says) {
  return says == Says::asks_tls || says == Says::asks_tunnel;
}
constexpr bool is_refusal(Says says) {
  return says >= Says::refuses_number && says <= Says::refuses_le32;
}

// A protocol by its number; 0 = none is known.
using Protocol = std::uint8_t;
inline constexpr Protocol kNoProtocol = 0;

std::string_view title(Protocol protocol); // "PROXY v1"; empty for none
bool may_ask_tls(Protocol protocol);       // in the midst of a conversation, as SMTP does

// One row that matched, and how many bytes of the words it took.
struct Match {
  Protocol protocol = kNoProtocol;
  Says says = Says::opens;
  std::size_t length = 0;
};

// No more than so many bytes of what is said at once are looked at.
inline constexpr std::size_t kWords = 256;

// Working memory of one worker.
class Scratch {
public:
  ~Scratch();
  Scratch(const Scratch &) = delete;
  Scratch &operator=(const Scratch &) = delete;

private:
  friend class Patterns;
  struct State;
  explicit Scratch(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

class Patterns {
public:
  // On a processor that Hyperscan does not run on nothing ever matches.
  Patterns();
  ~Patterns();
  Patterns(const Patterns &) = delete;
  Patterns &operator=(const Patterns &) = delete;

  // Those of this process.
  static const Patterns &shared();

  // Makes all rows ready now; false if one of them can't be. Who does not call it lets each group
  // of rows be made ready when it is wanted first: for readers of files, not for a daemon.
  bool prepare() const;
  // Scratch that is made after prepare() never grows. Throws std::bad_alloc.
  [[nodiscard]] std::unique_ptr<Scratch> make_scratch() const;

  // Do `words` begin a conversation? Of `protocol` alone, if one is known.
  std::optional<Match> opening(Side from, Bytes words, Protocol protocol, Scratch &scratch) const;
  // What do they say in a conversation of `protocol`?
  std::optional<Match> reply(Side from, Bytes words, Protocol protocol, Scratch &scratch) const;

private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

} // namespace handspan::plain
