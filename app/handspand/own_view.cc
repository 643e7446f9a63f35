#include "own_view.h"

#include "beats.h"
#include "report.h"
#include "shm/process.h"

#include <chrono>
#include <thread>
#include <vector>

namespace handspan::daemon {

bool OwnView::open(const std::string &segment, std::string &why) {
  shm::OpenError error;
  segment_ = shm::Reader::open(segment, error);
  if (segment_ == nullptr)
    why = error.message;
  return segment_ != nullptr;
}

void OwnView::tell(base::Nanos now, const rules::RuleSet *rules, spdlog::logger &log) {
  feel_pulse(now, log);
  tell_crowding(now, log);
  for (const std::string &line : rule_report_.look(now, rules, segment_.get()))
    log.warn("{}", line);
}

void OwnView::feel_pulse(base::Nanos now, spdlog::logger &log) {
  std::vector<Pulse::Beat> beats;
  if (segment_ != nullptr)
    beats = beats_of(*segment_, now);
  for (const Pulse::Change &change : pulse_.look(now, beats)) {
    const auto seconds = static_cast<double>(change.silence) / static_cast<double>(base::kSecond);
    if (change.stands)
      log.error("{} has stood still for {:.1f} s: packets are lost", change.name, seconds);
    else
      log.warn("{} goes on, after {:.1f} s", change.name, seconds);
  }
}

Crowding::Numbers OwnView::numbers() const {
  Crowding::Numbers numbers;
  if (segment_ == nullptr)
    return numbers;
  record::WorkerStats workers{};
  for (std::uint32_t i = 0; i < segment_->workers(); ++i)
    workers.merge(segment_->worker_stats(i));
  numbers.workers = workers.counters;
  for (std::uint32_t i = 0; i < segment_->ports(); ++i) {
    const record::PortStats port = segment_->port_stats(i);
    numbers.ports.missed += port.missed;
    numbers.ports.no_mbuf += port.no_mbuf;
  }
  return numbers;
}

void OwnView::tell_crowding(base::Nanos now, spdlog::logger &log) {
  if (const auto line = crowding_.look(now, numbers()))
    log.warn("{}", *line);
}

void OwnView::let_pollers_come_round() const {
  const base::Nanos begun = shm::monotonic_now();
  while (polls_.load() && shm::monotonic_now() - begun < Pulse::kSilence &&
         !all_have_turned_since(*segment_, begun))
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

void OwnView::tell_rest(spdlog::logger &log) {
  if (const auto line = crowding_.rest(numbers()))
    log.warn("{}", *line);
  if (segment_ != nullptr)
    for (const std::string &warning : warnings(*segment_))
      log.warn("{}", warning);
}

} // namespace handspan::daemon
