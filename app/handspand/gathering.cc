#include "gathering.h"

#include <exception>
#include <thread>
#include <utility>

namespace handspan::daemon {
namespace {

std::atomic<int> at_work{0};

} // namespace

struct Gathering::Work {
  Options options;
  std::shared_ptr<const rules::RuleSet> in_force;
  std::size_t workers = 0;
  Found found;
  std::atomic<bool> done{false};

  void run() {
    try {
      found.inputs = gather(options, found.faults, in_force.get());
      if (found.inputs)
        make_scratches();
    } catch (const std::exception &error) {
      fail(error.what());
    }
    in_force.reset();
    done.store(true, std::memory_order_release);
  }

  void make_scratches() {
    const rules::RuleSet *rules = found.inputs->rules.get();
    for (std::size_t i = 0; rules != nullptr && i < workers; ++i) {
      found.scratches.push_back(rules->make_scratch(found.inputs->settings.limits.first_streams));
      if (found.scratches.back() == nullptr)
        return fail("no memory for the rules");
    }
  }

  void fail(const std::string &why) {
    found.inputs.reset();
    found.faults.push_back(why);
  }
};

Gathering::Gathering(const Options &options, std::shared_ptr<const rules::RuleSet> in_force,
                     std::size_t workers)
    : work_(std::make_shared<Work>()) {
  work_->options = options;
  work_->in_force = std::move(in_force);
  work_->workers = workers;
  at_work.fetch_add(1);
  try {
    std::thread([work = work_] {
      work->run();
      at_work.fetch_sub(1);
    }).detach();
  } catch (const std::exception &error) {
    at_work.fetch_sub(1);
    work_->fail(std::string("no thread to compile on: ") + error.what());
    work_->done.store(true, std::memory_order_release);
  }
}

Gathering::~Gathering() = default;

bool Gathering::done() const {
  return work_->done.load(std::memory_order_acquire);
}

Gathering::Found Gathering::take() {
  return std::move(work_->found);
}

bool Gathering::left_behind() {
  return at_work.load() > 0;
}

} // namespace handspan::daemon
