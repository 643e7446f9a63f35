// What a daemon has summed up, in memory that it may have left in any state: what was copied can be
// told.
//
//   input = patch*     patch = part (1) | offset (3) | length (1) | bytes; of the sums of a few
//   records
#include "base/reader.h"
#include "record/names.h"
#include "summary/merged.h"
#include "use.h"

#include <algorithm>
#include <memory>

namespace {

using namespace handspan;
using fuzz::require;

std::unique_ptr<summary::Block> good_block() {
  auto block = std::make_unique<summary::Block>();
  summary::Writer writer(*block, 1);
  auto record = std::make_unique<record::Record>();
  record->last = 1'790'000'000 * base::kSecond;
  record->tls.present = true;
  record->tls.sni = record->put("example.org");
  record->tls.certificate.server.parsed = true;
  for (const auto outcome : {record::Outcome::completed, record::Outcome::failed}) {
    record->outcome = outcome;
    writer.add(*record);
  }
  writer.finish({});
  return block;
}

// Done twice, it undoes what it did.
void patch(summary::Block &block, base::Reader in) {
  while (!in.empty()) {
    const summary::Part &part = summary::parts()[in.u8() % summary::parts().size()];
    const std::size_t at = in.u24() % part.bytes;
    const base::Bytes bytes = in.take(in.u8());
    auto *to = reinterpret_cast<std::uint8_t *>(&block) + part.offset + at;
    for (std::size_t i = 0; i < std::min(bytes.size(), part.bytes - at); ++i)
      to[i] ^= bytes[i];
  }
}

void tell(const summary::Merged &sums) {
  for (const auto unit : {summary::Unit::second, summary::Unit::minute, summary::Unit::hour})
    require(sums.course(unit, 10'000).cells.size() <= summary::most_of(unit));
  for (std::size_t subject = 0; subject < summary::kSubjects; ++subject)
    for (const auto span :
         {summary::Ranking::Span::since_start, summary::Ranking::Span::five_minutes}) {
      const auto ranking = sums.ranking(static_cast<summary::Subject>(subject), span);
      for (const summary::TopEntry *entry : ranking.sorted())
        require(entry->key.view().size() <= summary::TopKey::kBytes);
    }
  for (const auto &numbers :
       {sums.versions(), sums.ciphers(), sums.groups(), sums.groups_offered()})
    require(numbers.of.size() <= 1024);
  for (const auto &texts : {sums.alpn(), sums.plain()})
    for (const auto &[text, count] : texts.of)
      require(text.size() <= 32);
  for (const summary::Certificate &certificate : sums.certificates())
    require(certificate.san.view().size() <= 254 && certificate.subject.view().size() <= 190);
  (void)sums.outcome_by_phase();
  (void)sums.cause_by_side();
  (void)sums.alert_by_sender();
  (void)sums.fates();
  (void)sums.connections();
  (void)sums.now();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static const auto live = good_block();
  patch(*live, base::Reader({data, size}));
  auto copy = std::make_unique<summary::Block>();
  summary::load(*copy, [&](const summary::Part &part) {
    return reinterpret_cast<const std::byte *>(live.get()) + part.offset;
  });
  patch(*live, base::Reader({data, size})); // as it was: a copy of all of it would take longer
  summary::Merged sums;
  sums.add(std::move(copy));
  tell(sums);
  return 0;
}
