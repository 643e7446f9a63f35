// Rules: the input up to the first 0xff is a rules file; the rest is held against it, as every text
// that a connection has, and as its first bytes.
#include "base/bytes.h"
#include "rules/rules.h"

#include <cstdlib>
#include <span>
#include <vector>

using namespace handspan;

namespace {

// Places of the set, each once, in ascending order.
void check(const rules::RuleSet &set, std::span<const rules::Note> hits) {
  for (std::size_t i = 0; i < hits.size(); ++i)
    if (hits[i].rule() >= set.rules().size() ||
        hits[i].condition() >= set.rules()[hits[i].rule()].conditions.size() ||
        (i > 0 && hits[i].rule() < hits[i - 1].rule()))
      std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string_view input = base::text_of({data, size});
  const std::size_t cut = input.find('\xff');
  const std::string_view text = cut == std::string_view::npos ? "" : input.substr(cut + 1);

  rules::Findings findings;
  const auto set =
      rules::RuleSet::parse(input.substr(0, cut), "fuzz.toml", findings, {.advise = true});
  for (const rules::Finding &finding : findings.all())
    if (finding.text().empty() || finding.text().find('\n') != std::string::npos)
      std::abort(); // every finding is one line
  if (!set) {
    if (!findings.bad())
      std::abort();
    return 0;
  }
  const auto scratch = set->make_scratch();
  if (!scratch)
    return 0;
  rules::Facts facts;
  facts.tls = facts.hello = true;
  facts.now = 0;
  facts.text.fill(text);
  const auto heard = set->hear(base::Side::client, text, facts, *scratch);
  check(*set, heard);
  const std::vector<rules::Note> noted(heard.begin(), heard.end());
  check(*set, set->ask(rules::Stage::hello, rules::Stage::end, facts, *scratch, noted));
  return 0;
}
