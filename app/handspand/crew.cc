#include "crew.h"

#include "capture/eal_panic.h"

#include <algorithm>
#include <new>
#include <rte_launch.h>
#include <rte_lcore.h>
#include <utility>

namespace handspan::daemon {
namespace {

std::vector<shm::QueueWriter *> writers_of(const std::vector<capture::Source> &sources,
                                           shm::Writer &segment) {
  std::vector<shm::QueueWriter *> writers;
  writers.reserve(sources.size());
  for (const capture::Source &source : sources)
    writers.push_back(&segment.queue(source.index, source.queue));
  return writers;
}

} // namespace

bool Crew::make(const Plan &plan, capture::Fault &fault) {
  if (plan.capture.dispatch == Dispatch::software && !make_channels(plan, fault))
    return false;
  make_workers(plan);
  make_intakes(plan);
  return prepare(plan, fault);
}

bool Crew::make_channels(const Plan &plan, capture::Fault &fault) {
  channels_.resize(plan.config.capture.receivers);
  for (unsigned intake = 0; intake < channels_.size(); ++intake)
    for (unsigned worker = 0; worker < plan.config.workers.count; ++worker) {
      const int socket = static_cast<int>(rte_lcore_to_socket_id(1 + worker));
      channels_[intake].push_back(
          capture::Channel::make(intake, worker, plan.wanted.channel_slots, socket, fault));
      if (channels_[intake].back() == nullptr)
        return false;
    }
  return true;
}

void Crew::make_workers(const Plan &plan) {
  for (unsigned i = 0; i < plan.config.workers.count; ++i) {
    WorkerOptions options = plan.worker_options(i);
    options.by_clock = plan.capture.runs_by_clock();
    options.sleeps = plan.capture.idlers_sleep;
    options.replay = plan.replay != nullptr;
    options.capture_end = plan.replay != nullptr ? plan.replay->end() : base::kNever;
    for (auto &channels : channels_)
      options.channels.push_back(channels[i].get());
    for (std::size_t port = 0; i == 0 && port < plan.segment.ports(); ++port)
      options.ports.push_back(&plan.segment.port(port));
    if (channels_.empty()) {
      options.sources = plan.capture.sources_of(i, plan.config.workers.count);
      options.queues = writers_of(options.sources, plan.segment);
      if (plan.replay != nullptr)
        options.packets_to_come = plan.replay->packets(i);
    }
    workers_.push_back(std::make_unique<Worker>(std::move(options), plan.segment.worker(i)));
  }
}

void Crew::make_intakes(const Plan &plan) {
  for (unsigned i = 0; i < channels_.size(); ++i) {
    IntakeOptions options;
    options.sources = plan.capture.sources_of(i, static_cast<unsigned>(channels_.size()));
    options.queues = writers_of(options.sources, plan.segment);
    for (auto &channel : channels_[i])
      options.channels.push_back(channel.get());
    options.segment = &plan.segment.receiver(i);
    options.segment->heartbeat(shm::monotonic_now());
    options.vlan_in_key = plan.config.tracking.vlan_in_key;
    options.seed = plan.seed;
    options.sleeps = plan.capture.idlers_sleep;
    if (plan.replay != nullptr) // of its one queue, the first intake's
      options.packets_to_come = options.sources.empty() ? 0 : plan.replay->packets(0);
    intakes_.push_back(std::make_unique<Intake>(options));
  }
}

int Crew::Shift::run(void *given) {
  auto &shift = *static_cast<Shift *>(given);
  shift.work();
  shift.is_over.store(true, std::memory_order_release);
  return 0;
}

void Crew::begin(Shifts &shifts, unsigned lcore, std::function<void()> work) {
  Shift &shift = shifts.emplace_back();
  shift.work = std::move(work);
  capture::launch(Shift::run, &shift, lcore);
}

void Crew::wait_for(const Shifts &shifts) {
  rte_eal_mp_wait_lcore();
  // A lcore that answered to something else before may be at it only now.
  if (!std::all_of(shifts.begin(), shifts.end(), [](const Shift &shift) {
        return shift.is_over.load(std::memory_order_acquire);
      }))
    capture::give_up("a lcore was not waited for");
}

// All at once: filling the tables takes a while.
bool Crew::prepare(const Plan &plan, capture::Fault &fault) {
  const capture::LcorePlan &lcores =
      plan.capture.dispatch == Dispatch::software ? plan.wanted.software : plan.wanted.rss;
  Shifts preparations;
  std::atomic<bool> has_memory{true};
  const auto prepare = [&](auto &member, unsigned lcore, std::span<const int> cpus) {
    begin(preparations, lcore, [&member, &has_memory, cpus] {
      capture::run_on(cpus);
      try {
        member.prepare();
      } catch (const std::bad_alloc &) {
        has_memory = false;
      }
    });
  };
  for (std::size_t i = 0; i < workers_.size(); ++i)
    prepare(*workers_[i], lcore_of_worker(i), lcores.workers[i]);
  for (std::size_t i = 0; i < intakes_.size(); ++i)
    prepare(*intakes_[i], lcore_of_intake(i), lcores.receivers[i]);
  wait_for(preparations);
  if (has_memory)
    return true;
  fault.message = "no memory for the connection tables of " + std::to_string(workers_.size()) +
                  " workers: lower limits.flows or limits.tls_sessions";
  return false;
}

void Crew::launch() {
  for (std::size_t i = 0; i < workers_.size(); ++i)
    begin(shifts_, lcore_of_worker(i), [&worker = *workers_[i]] { worker.run(); });
  for (std::size_t i = 0; i < intakes_.size(); ++i)
    begin(shifts_, lcore_of_intake(i), [&intake = *intakes_[i]] { intake.run(); });
}

void Crew::stop() {
  for (const auto &intake : intakes_)
    intake->stop();
  for (std::size_t i = 0; i < intakes_.size(); ++i)
    rte_eal_wait_lcore(lcore_of_intake(i));
  for (const auto &worker : workers_)
    worker->stop();
  wait_for(shifts_);
}

bool Crew::all_done() const {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const auto &worker) { return worker->done(); });
}

std::uint64_t Crew::progress() const {
  std::uint64_t sum = 0;
  for (const auto &worker : workers_)
    sum += worker->packets();
  for (const auto &intake : intakes_)
    sum += intake->packets();
  return sum;
}

} // namespace handspan::daemon
