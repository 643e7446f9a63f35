#include "capture/eal.h"

#include "capture/eal_log.h"
#include "capture/eal_panic.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_interrupts.h>
#include <rte_lcore.h>
#include <rte_pdump.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>

namespace handspan::capture {
namespace {

// DPDK keeps pointers into its argument vector, so it lives as long as the process.
int init(const std::vector<std::string> &arguments) {
  static std::vector<std::string> kept;
  static std::vector<char *> vector;
  kept = arguments;
  vector.clear();
  for (std::string &argument : kept)
    vector.push_back(argument.data());
  vector.push_back(nullptr);
  const Hush hush;
  return without_panic([] { return rte_eal_init(static_cast<int>(kept.size()), vector.data()); });
}

std::string explain(const EalOptions &options, int error) {
  const std::string complaint = last_complaint();
  const auto says = [&](const char *text) { return complaint.find(text) != std::string::npos; };
  const std::string why = complaint.empty() ? std::string(rte_strerror(error)) : complaint;
  if (!options.hugepages && (error == ENOMEM || says("mmap") || says("memory")))
    return "DPDK found no " + std::to_string(options.memory_mib) +
           " MiB of memory: lower capture.mbufs or free some memory (" + why + ")";
  if (options.hugepages && (error == ENOMEM || error == EACCES || says("huge") || says("memory")))
    return "no hugepages for DPDK: reserve some (dpdk-hugepages.py --setup 1G) or set "
           "dpdk.eal_args = [\"--no-huge\"] (" +
           why + ")";
  if (error == EALREADY || says("already"))
    return "another DPDK process uses the prefix " + options.file_prefix +
           ": stop it or choose another instance name";
  if (says("command line"))
    return "DPDK does not take its arguments: see dpdk.eal_args";
  return "DPDK did not start: " + why;
}

std::atomic<bool> interrupts_parked{false};

[[noreturn]] void park(void *) {
  interrupts_parked.store(true);
  for (;;)
    pause();
}

// DPDK's interrupt thread reads its handles, which lie in memory that rte_eal_cleanup() unmaps, and
// nobody ends it: a memif peer that leaves at that moment would crash us. So it is caught in a
// callback of ours first. It stops with the process.
void park_interrupts() {
  using namespace std::chrono_literals;
  constexpr int kTurns = 100;
  rte_intr_handle *handle = rte_intr_instance_alloc(RTE_INTR_INSTANCE_F_PRIVATE);
  const int event = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK); // due at once
  if (handle == nullptr || event < 0 || rte_intr_fd_set(handle, event) != 0 ||
      rte_intr_type_set(handle, RTE_INTR_HANDLE_EXT) != 0 ||
      rte_intr_callback_register(handle, park, nullptr) != 0)
    return;
  for (int turn = 0; turn < kTurns && !interrupts_parked.load(); ++turn)
    std::this_thread::sleep_for(1ms);
}

} // namespace

std::vector<std::string> eal_arguments(const EalOptions &options) {
  std::vector<std::string> arguments = {"handspand", "--lcores", lcores_argument(options.lcores),
                                        "--main-lcore", "0"};
  arguments.insert(arguments.end(), {"--file-prefix", options.file_prefix});
  const auto add_switch = [&](const char *name) {
    if (std::find(options.extra.begin(), options.extra.end(), name) == options.extra.end())
      arguments.emplace_back(name);
  };
  if (!options.hugepages)
    add_switch("--no-huge");
  if (options.memory_mib != 0)
    arguments.insert(arguments.end(), {"-m", std::to_string(options.memory_mib)});
  if (options.pci_devices.empty()) {
    add_switch("--no-pci");
    // Virtual devices need no physical addresses, which only root may ask for: an ordinary user can
    // use hugepages, and memory can grow after the rights were given up (dpdk-pdump).
    if (options.hugepages)
      add_switch("--iova-mode=va");
  }
  if (!options.shared) {
    add_switch("--no-shconf");
    add_switch("--no-telemetry");
  }
  for (const std::string &address : options.pci_devices)
    arguments.insert(arguments.end(), {"-a", address});
  arguments.insert(arguments.end(), options.extra.begin(), options.extra.end());
  return arguments;
}

std::unique_ptr<Eal> Eal::start(const EalOptions &options, LogLine log, Fault &fault) {
  take_log(std::move(log));
  forget_complaint();
  const int result = init(eal_arguments(options));
  if (const std::string why = panic(); !why.empty()) {
    fault.message = "DPDK did not start: " + why;
    return nullptr;
  }
  if (result < 0) {
    fault.message = explain(options, rte_errno);
    return nullptr;
  }
  const bool dumps = options.hugepages && options.shared && rte_pdump_init() == 0;
  forget_complaint(); // a daemon without it watches as well
  return std::unique_ptr<Eal>(new Eal(dumps));
}

std::string Eal::folder() {
  return rte_eal_get_runtime_dir();
}

Eal::~Eal() {
  const Hush hush;
  rte_eal_mp_wait_lcore();
  if (dumps_)
    rte_pdump_uninit();
  park_interrupts();
  rte_eal_cleanup();
}

} // namespace handspan::capture
