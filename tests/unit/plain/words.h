// What two sides say, for tests of lib/plain.
#pragma once

#include "plain/talk.h"

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace handspan::plain {

using namespace std::string_literals;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

// One conversation; says() returns how many bytes were understood.
struct Conversation {
  const Patterns &patterns = Patterns::shared();
  std::unique_ptr<Scratch> scratch = patterns.make_scratch();
  Talk talk;

  std::size_t says(Side from, std::string_view words) {
    return talk.hear(patterns, *scratch, from, bytes_of(words));
  }
  std::size_t client(std::string_view words) { return says(Side::client, words); }
  std::size_t server(std::string_view words) { return says(Side::server, words); }
  [[nodiscard]] std::string protocol() const { return std::string(title(talk.protocol())); }
  [[nodiscard]] std::string inside() const { return std::string(title(talk.inside())); }
};

} // namespace handspan::plain
