// Any words of two sides: no more is understood than was said, and what is kept stays within
// bounds.
#include "plain/talk.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace handspan;

void require(bool holds, const char *what) {
  if (holds)
    return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

} // namespace

//   script = saying*     saying = side (1 bit), length (15 bits) | words
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const plain::Patterns &patterns = plain::Patterns::shared();
  static const auto scratch = patterns.make_scratch();
  plain::Talk talk;
  for (base::Bytes rest{data, size}; rest.size() >= 2;) {
    const base::Side from = (rest[0] & 0x80) != 0 ? base::Side::server : base::Side::client;
    const std::size_t length = static_cast<std::size_t>((rest[0] & 0x7f) << 8 | rest[1]);
    rest = rest.subspan(2);
    const base::Bytes words = rest.first(std::min(length, rest.size()));
    rest = rest.subspan(words.size());
    require(talk.hear(patterns, *scratch, from, words) <= words.size(), "no more than was said");
  }
  require(talk.http().host.view().size() <= 64, "a host has its bound");
  require(talk.refusal().line.view().size() <= 64, "a line has its bound");
  return 0;
}
