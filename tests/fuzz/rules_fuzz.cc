// Rules: the input up to the first 0xff is a rules file; the rest is scanned as a server name.
#include "base/bytes.h"
#include "rules/rules.h"

#include <array>
#include <cstdlib>

using namespace handspan;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view input = base::text_of({data, size});
  const std::size_t cut = input.find('\xff');
  const std::string_view sni = cut == std::string_view::npos ? "" : input.substr(cut + 1);

  rules::Fault fault;
  const auto set = rules::RuleSet::parse(input.substr(0, cut), "fuzz.toml", fault);
  if (!set) {
    if (fault.message.rfind("fuzz.toml:", 0) != 0 || fault.message.find('\n') != std::string::npos)
      std::abort(); // every fault is one line and names its file
    return 0;
  }
  const auto scratch = set->make_scratch();
  if (!scratch)
    return 0;
  std::array<std::uint32_t, 4> hits;
  const std::size_t count = set->scan(rules::Field::sni, sni, *scratch, hits);
  for (std::size_t i = 0; i < count; ++i)
    if (hits[i] >= set->rules().size() || (i > 0 && hits[i] <= hits[i - 1]))
      std::abort();
  return 0;
}
