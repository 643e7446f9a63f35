// DPDK's environment layer: its arguments from plain values, its start and end, its log.
#pragma once

#include "capture/fault.h"
#include "capture/lcores.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::capture {

struct EalOptions {
  std::string file_prefix = "handspand"; // tells several daemons apart
  LcorePlan lcores;
  std::uint64_t memory_mib = 0; // 0 = as much as is used, from the hugepages
  bool hugepages = true;        // without them, memory_mib is needed
  bool shared = true;           // false: no files for secondary processes, no telemetry socket
  std::vector<std::string> pci_devices; // addresses, maybe with arguments: all that are probed
  std::vector<std::string> extra;       // handed on as they are
};

std::vector<std::string> eal_arguments(const EalOptions &options);

// A line of DPDK's log, without its newline.
using LogLine = std::function<void(std::string_view)>;

// The running environment; the process can have one, once.
class Eal {
public:
  // Null and `fault` if DPDK can't start. Everything DPDK logs goes to `log`, from any thread.
  static std::unique_ptr<Eal> start(const EalOptions &options, LogLine log, Fault &fault);
  ~Eal();
  Eal(const Eal &) = delete;
  Eal &operator=(const Eal &) = delete;

  // Whether dpdk-pdump can look at the ports: it shares memory with this process, which takes
  // hugepages.
  [[nodiscard]] bool can_dump() const { return dumps_; }
  // Where its sockets and shared files lie.
  [[nodiscard]] static std::string folder();

private:
  explicit Eal(bool dumps) : dumps_(dumps) {}
  bool dumps_;
};

// What DPDK complained of last (a line of its log that reads like an error), for messages; may be
// empty. forget_complaint() is called before each step, so that none is blamed for another one's.
std::string last_complaint();
void forget_complaint();

} // namespace handspan::capture
