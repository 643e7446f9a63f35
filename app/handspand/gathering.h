// Inputs gathered beside the control thread, for a reload: to compile many rules takes minutes, and
// the pulse goes on meanwhile.
#pragma once

#include "inputs.h"

#include <atomic>
#include <memory>
#include <vector>

namespace handspan::daemon {

class Gathering {
public:
  struct Found {
    std::optional<Inputs> inputs; // nothing: `faults` say why
    std::vector<std::string> faults;
    std::vector<std::unique_ptr<rules::Scratch>> scratches; // of the new rules, for each worker
  };

  // Begins at once, on a thread that knows nothing but copies of these.
  Gathering(const Options &options, std::shared_ptr<const rules::RuleSet> in_force,
            std::size_t workers);
  // Waits for nobody: the thread goes on by itself, for compiling can't be broken off.
  ~Gathering();
  Gathering(const Gathering &) = delete;
  Gathering &operator=(const Gathering &) = delete;

  [[nodiscard]] bool done() const;
  // Once, when it is done.
  Found take();

  // Whether such a thread still works: then the process must end without taking down what it uses.
  static bool left_behind();

private:
  struct Work;
  std::shared_ptr<Work> work_;
};

} // namespace handspan::daemon
