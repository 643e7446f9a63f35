#include "handspan/report/gathered.h"

#include "render/inventory.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace handspan::app {

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
    keep(slow, r, place,
         static_cast<base::Nanos>(base::forward(r.tls.start, r.tls.finished)));
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
  among.push_back({place.number, place.file, key, {room_->data(), room_->data() + size}, record.retry});
  std::push_heap(among.begin(), among.end(), greater);
  if (among.size() > kShown) {
    std::pop_heap(among.begin(), among.end(), greater);
    among.pop_back();
  }
}

void Gathered::finish() {
  const auto greater = [](const Shown &a, const Shown &b) { return a.key > b.key; };
  std::sort(failed.begin(), failed.end(), greater);
  std::sort(slow.begin(), slow.end(), greater);
  inventory.add(std::move(block_));
}

std::string Gathered::json() {
  using Json = nlohmann::ordered_json;
  Json ended = Json::object();
  for (std::size_t i = 0; i < record::kOutcomes; ++i)
    ended[std::string(name(static_cast<record::Outcome>(i)))] = outcomes[i];
  Json out{{"connections", connections}, {"outcomes", std::move(ended)}};
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
  out["latency"] = Json::parse(latency.json(0));
  out["inventory"] = Json::parse(render::inventory_json(inventory, {}));
  return out.dump(-1, ' ', true, Json::error_handler_t::replace);
}

} // namespace handspan::app
