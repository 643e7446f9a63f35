// Readers that allocate, of which one allocation fails: they throw std::bad_alloc, keep nothing,
// and do afterwards what they do where nothing ever failed. What reads JSON is not among them:
// nlohmann's values allocate when they go, and end the process when they can't.
//
//   input = reader (1) | number of the allocation (2) | what is read
#include "base/bytes.h"
#include "base/reader.h"
#include "config/config.h"
#include "filter/filter.h"
#include "rules/rules.h"
#include "starve.h"
#include "tls/certificate_cache.h"
#include "use.h"

#include <string>

namespace {

using namespace handspan;
using fuzz::require;
using fuzz::starved;

// What `read` makes of it, as a text: once with a failure, then without. toml++ can't tell what is
// wrong with a text when it has no memory for that: it ends the process.
template <class Read> void twice(std::uint32_t number, Read read) {
  const std::string before = read();
  if (before.find("not TOML: ") != std::string::npos)
    return;
  std::string meanwhile;
  require(!starved(number, [&] { meanwhile = read(); }) || meanwhile == before);
  require(read() == before);
}

std::string config_of(std::string_view text) {
  std::vector<config::Fault> faults;
  const auto config = config::parse(text, "fuzz.toml", faults);
  require(config.has_value() == faults.empty());
  std::string told = config ? "good" : "bad";
  for (const config::Fault &fault : faults)
    told += '\n' + fault.text();
  return told;
}

std::string rules_of(std::string_view text) {
  rules::Findings findings;
  const auto set = rules::RuleSet::parse(text, "fuzz.toml", findings, {.advise = true});
  require((set != nullptr) == !findings.bad());
  std::string told = set ? std::to_string(set->in_force()) : "bad";
  for (const rules::Finding &finding : findings.all())
    told += '\n' + finding.text();
  return told;
}

std::string filter_of(std::string_view text) {
  filter::Fault fault;
  const auto filter = filter::Filter::compile(text, {}, render::Language::en, fault);
  require(filter != nullptr || !fault.message.empty());
  return filter != nullptr ? "good" : fault.message;
}

// The cache is asked where nobody catches anything: without memory it has no place for the
// certificate.
void cache(std::uint32_t number, base::Bytes input) {
  tls::CertificateCache cache(2, 0);
  tls::CertificateReader alone;
  for (base::Reader in(input); !in.empty();) {
    const std::size_t length = in.u16();
    const base::Bytes der = in.take(std::min(length, in.remaining()));
    std::uint32_t place = tls::kNoIndex;
    require(starved(number, [&] { place = cache.acquire(der); }));
    if (place == tls::kNoIndex)
      place = cache.acquire(der);
    require((place == tls::kNoIndex) == der.empty());
    if (place != tls::kNoIndex)
      require(cache.at(place).subject == alone.read(der).subject);
    cache.release(place);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  base::Reader in({data, size});
  const std::uint8_t reader = in.u8();
  const std::uint32_t number = in.u16();
  const base::Bytes rest = in.rest();
  const std::string_view text = base::text_of(rest);
  switch (reader % 5) {
  case 0:
    twice(number, [&] { return config_of(text); });
    break;
  case 1:
    twice(number, [&] { return rules_of(text); });
    break;
  case 2:
    twice(number, [&] { return filter_of(text); });
    break;
  default:
    cache(number, rest);
  }
  return 0;
}
