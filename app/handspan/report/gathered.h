// What a report is made of: the sums that other verbs tell as JSON, and the connections that it
// shows one by one.
#pragma once

#include "handspan/common/kept.h"
#include "handspan/common/page/anonymise.h"
#include "record/packed.h"
#include "render/failures.h"
#include "render/latency.h"
#include "summary/merged.h"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace handspan::app {

class Gathered {
public:
  static constexpr std::size_t kShown = 25; // connections of each kind, and rows of a table

  Gathered() { failures.set_most(kShown); }

  void anonymise() { anonymiser_ = std::make_unique<Anonymiser>(); }
  // A connection, linked with its retries.
  void add(const record::Record &record, const record::RecordPlace &place);
  // A minute of what was summed up: where such come, the connections are some of those that there
  // were, and the minutes tell how many ended how, and how long steps took.
  void add(const summary::Cell &minute, base::Nanos begin);
  // A certificate that was seen, be its connections there or not.
  void add(const KeptCertificate &shown);
  // One of so many connections has come.
  void set_rate(std::uint64_t of) { rate = of; }
  // Everything has come.
  void finish();

  // One object: connections, outcomes, missed, failures, latency, inventory; as `handspan
  // failures`, `latency` and `inventory` tell theirs.
  [[nodiscard]] std::string json();

  struct Shown {
    std::uint64_t number = 0;
    std::string file;
    base::Nanos key = 0;
    std::vector<std::uint8_t> packed;
    record::Retry retry;
  };
  struct Missed {
    std::uint64_t one_sided = 0, capture_loss = 0, truncated = 0, probe_limit = 0, midstream = 0;
    [[nodiscard]] bool any() const {
      return one_sided + capture_loss + truncated + probe_limit + midstream > 0;
    }
  };

  render::Failures failures;
  render::Latency latency;
  summary::Merged inventory;
  std::array<std::uint64_t, record::kOutcomes> outcomes{};
  std::uint64_t connections = 0;
  Missed missed;
  base::Nanos first = base::kNever, last = base::kNever;
  std::vector<Shown> failed, slow;
  std::uint64_t rate = 1;
  // The connections that came are some of those that are counted.
  [[nodiscard]] bool by_minutes() const { return minutes_.connections > 0; }
  [[nodiscard]] bool anonymous() const { return anonymiser_ != nullptr; }

private:
  struct Minutes {
    std::uint64_t connections = 0;
    std::array<std::uint64_t, record::kOutcomes> outcomes{};
    base::Nanos first = base::kNever;
    summary::Latencies<summary::FineLatency> latencies;
  };
  [[nodiscard]] std::string certificates_json() const;
  void count(const record::Record &record);
  void keep(std::vector<Shown> &among, const record::Record &record,
            const record::RecordPlace &place, base::Nanos key);

  std::unique_ptr<Anonymiser> anonymiser_;
  Minutes minutes_;
  std::vector<KeptCertificate> certificates_;
  std::unique_ptr<summary::Block> block_ = std::make_unique<summary::Block>();
  summary::Writer sums_{*block_, 0x6a09e667f3bcc908};
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
  std::unique_ptr<record::PackRoom> room_ = std::make_unique<record::PackRoom>();
};

} // namespace handspan::app
