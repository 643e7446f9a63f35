#include "handspan/report/gathered.h"

#include "render/inventory.h"
#include "render/latency_sums.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace handspan::app {

using Json = nlohmann::ordered_json;

void Gathered::add(const record::Record &record, const record::RecordPlace &place) {
  if (record.kind != record::Kind::connection)
    return;
  *record_ = record;
  if (anonymiser_ != nullptr)
    anonymiser_->apply(*record_);
  const record::Record &r = *record_;
  count(r);
  failures.add(r, place);
  latency.add(r);
  sums_.add(r);
  // Of failures the last ones, of handshakes the longest.
  if (r.outcome == record::Outcome::failed)
    keep(failed, r, place, r.last);
  if (r.tls.finished != record::kNever && r.tls.start != record::kNever)
    keep(slow, r, place, static_cast<base::Nanos>(base::forward(r.tls.start, r.tls.finished)));
}

void Gathered::count(const record::Record &r) {
  ++connections;
  ++outcomes[static_cast<std::size_t>(r.outcome)];
  first = first == base::kNever ? r.first : std::min(first, r.first);
  last = std::max(last, r.last);
  using record::Confidence;
  missed.one_sided += r.confidence == Confidence::one_sided ? 1 : 0;
  missed.capture_loss += r.confidence == Confidence::capture_loss ? 1 : 0;
  missed.truncated += r.confidence == Confidence::truncated ? 1 : 0;
  missed.probe_limit += r.probe_limit != record::Limit::none ? 1 : 0;
  missed.midstream += r.tcp.syn == record::kNever && r.tcp.syn_ack == record::kNever ? 1 : 0;
}

// A heap with the least on top.
void Gathered::keep(std::vector<Shown> &among, const record::Record &record,
                    const record::RecordPlace &place, base::Nanos key) {
  const auto greater = [](const Shown &a, const Shown &b) { return a.key > b.key; };
  if (among.size() == kShown && key <= among.front().key)
    return;
  const std::size_t size = record::pack(record, *room_);
  among.push_back(
      {place.number, place.file, key, {room_->data(), room_->data() + size}, record.retry});
  std::push_heap(among.begin(), among.end(), greater);
  if (among.size() > kShown) {
    std::pop_heap(among.begin(), among.end(), greater);
    among.pop_back();
  }
}

void Gathered::add(const summary::Cell &minute, base::Nanos begin) {
  for (std::size_t i = 0; i < record::kOutcomes; ++i) {
    minutes_.outcomes[i] += minute.ended[i];
    minutes_.connections += minute.ended[i];
  }
  minutes_.latencies.merge(minute.latencies);
  minutes_.first = minutes_.first == base::kNever ? begin : std::min(minutes_.first, begin);
  first = first == base::kNever ? begin : std::min(first, begin);
  last = std::max(last, begin + 60 * base::kSecond);
}

void Gathered::add(const KeptCertificate &shown) {
  certificates_.push_back(shown);
  if (anonymiser_ == nullptr)
    return;
  *record_ = record::Record();
  record::Certificate &of = record_->tls.certificate.server;
  of.chain_length = 1;
  of.parsed = true;
  of.subject = record_->put(shown.subject);
  of.issuer = record_->put(shown.issuer);
  anonymiser_->apply(*record_);
  KeptCertificate &told = certificates_.back();
  told.sha256.clear();
  told.subject = record_->view(of.subject);
  told.issuer = record_->view(of.issuer);
}

void Gathered::finish() {
  if (by_minutes()) {
    connections = minutes_.connections;
    outcomes = minutes_.outcomes;
    const auto of = [&](record::Outcome outcome) {
      return outcomes[static_cast<std::size_t>(outcome)];
    };
    render::Failures::Whole whole;
    whole.connections = connections;
    whole.failed = of(record::Outcome::failed);
    whole.unused = of(record::Outcome::unused);
    whole.start = minutes_.first;
    failures.set_whole(whole);
  }
  const auto greater = [](const Shown &a, const Shown &b) { return a.key > b.key; };
  std::sort(failed.begin(), failed.end(), greater);
  std::sort(slow.begin(), slow.end(), greater);
  inventory.add(std::move(block_));
}

// As the inventory's.
std::string Gathered::certificates_json() const {
  Json rows = Json::array();
  for (const KeptCertificate &one : certificates_) {
    Json row = Json::object();
    if (!one.sha256.empty())
      row["sha256"] = one.sha256;
    row.update({{"shown", one.connections},
                {"refused", one.refused},
                {"subject", one.subject},
                {"issuer", one.issuer},
                {"not_after", one.not_after},
                {"key_type", one.key_type},
                {"key_bits", one.key_bits},
                {"self_signed", one.self_signed},
                {"first_seen", one.first_seen},
                {"last_seen", one.last_seen}});
    rows.push_back(std::move(row));
  }
  return Json{{"connections", connections},
              {"certificates", std::move(rows)},
              {"versions", Json::array()},
              {"suites", Json::array()},
              {"groups", Json::array()}}
      .dump(-1, ' ', true, Json::error_handler_t::replace);
}

std::string Gathered::json() {
  Json ended = Json::object();
  for (std::size_t i = 0; i < record::kOutcomes; ++i)
    ended[std::string(name(static_cast<record::Outcome>(i)))] = outcomes[i];
  Json out{{"connections", connections}, {"outcomes", std::move(ended)}};
  if (rate > 1)
    out["rate"] = rate;
  if (first != base::kNever) {
    out["from"] = render::rfc3339(first);
    out["until"] = render::rfc3339(last);
  }
  out["missed"] = {{"one_sided", missed.one_sided},
                   {"capture_loss", missed.capture_loss},
                   {"truncated", missed.truncated},
                   {"probe_limit", missed.probe_limit},
                   {"midstream", missed.midstream}};
  out["failures"] = Json::parse(failures.json());
  out["latency"] = Json::parse(
      by_minutes() ? render::latency_sums_json(connections, minutes_.latencies) : latency.json(0));
  out["inventory"] =
      Json::parse(by_minutes() ? certificates_json() : render::inventory_json(inventory, {}));
  return out.dump(-1, ' ', true, Json::error_handler_t::replace);
}

} // namespace handspan::app
