// What the doctor found: one thing looked at, how it stands, and the command that mends it. The
// words are made by lib/render (findings.def) from the id and the values.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace handspan::host {

// Findings are shown in this order.
enum class Area : std::uint8_t {
  configuration,
  hugepages,
  iommu,
  ports,
  cpus,
  numa,
  memory,
  runtime_dir,
  clock,
  rights,   // what the kernel can keep from a daemon, and what this one has given up
  instance, // the daemon of this name: its life
  drops,    // packets that were lost on the way to the workers
  balance,  // the workers against each other
  vantage,  // what the mirror shows: one side only, twice, cut, with gaps
};
inline constexpr std::size_t kAreas = static_cast<std::size_t>(Area::vantage) + 1;

// unknown: it could not be read, and the text says why. Never a guess.
enum class Level : std::uint8_t { ok, unknown, warning, problem };
inline constexpr std::size_t kLevels = static_cast<std::size_t>(Level::problem) + 1;

std::string_view name(Area area);
std::string_view name(Level level);

// Each has its texts in lib/render/findings.def; the compiler asks for them.
enum class FindingId : std::uint16_t {
  // configuration
  config_good,
  config_default,
  config_of_daemon,
  config_of_daemon_default,
  config_of_daemon_unknown,
  config_fault,
  // hugepages
  hugepages_not_wanted,
  hugepages_free,
  hugepages_of_node,
  hugepages_none,
  hugepages_few,
  hugepages_mounted,
  hugepages_not_mounted,
  hugepages_unknown,
  // iommu
  iommu_on,
  iommu_off,
  vfio_loaded,
  vfio_missing,
  iommu_unknown,
  // ports
  ports_none,
  port_bound,
  port_shared,
  port_denied,
  port_kernel,
  port_unbound,
  port_missing,
  port_virtual,
  interface_up,
  interface_down,
  interface_missing,
  nic_free,
  nic_kernel,
  ports_unknown,
  // cpus
  cpus_enough,
  cpus_few,
  cpu_missing,
  cpus_not_named,
  cpus_isolated,
  cpus_not_isolated,
  cpus_tickless,
  cpus_ticking,
  cpus_with_callbacks,
  governor_good,
  governor_slow,
  siblings_apart,
  siblings_shared,
  cpus_unknown,
  governor_unknown,
  siblings_unknown,
  // numa
  numa_one_node,
  numa_near,
  numa_far,
  numa_not_named,
  numa_port_unknown,
  numa_unknown,
  // memory
  memory_needs,
  memory_enough,
  memory_short,
  memory_unknown,
  // runtime_dir
  runtime_dir_ready,
  runtime_dir_to_be_made,
  runtime_dir_refused,
  runtime_dir_missing,
  runtime_dir_none,
  runtime_dir_readers,
  runtime_dir_room,
  runtime_dir_full,
  runtime_dir_unknown,
  // clock
  tsc_steady,
  tsc_unsteady,
  clock_source_tsc,
  clock_source_slow,
  clock_synchronised,
  clock_free_running,
  clock_unknown,
  packet_times_good,
  packet_times_ahead,
  packet_times_behind,
  packet_times_unknown,
  // rights
  landlock_there,
  landlock_missing,
  calls_fenced,
  calls_open,
  files_fenced,
  files_open,
  // instance
  instance_free,
  instance_dead,
  instance_running,
  instance_unknown,
  heartbeats_good,
  control_stalled,
  worker_stalled,
  receiver_stalled,
  // drops
  nothing_dropped,
  port_missed,
  port_no_mbuf,
  port_errors,
  dispatch_dropped,
  table_full,
  flows_gave_way,
  table_nearly_full,
  sessions_full,
  sessions_gave_way,
  tracks_full,
  sessions_whole,
  buffers_full,
  message_too_long,
  segments_full,
  side_full,
  certificates_full,
  stories_full,
  first_bytes_full,
  datagrams_full,
  ring_short,
  // balance
  balance_single,
  balance_good,
  balance_uneven,
  balance_unknown,
  worker_busy,
  // vantage
  port_silent,
  port_both_sides,
  port_one_sided,
  port_torn,
  sides_unknown,
  vlans_both_sides,
  vlan_one_sided,
  worker_one_sided,
  halves_together,
  halves_apart,
  duplicates,
  no_duplicates,
  headers_cut,
  payload_cut,
  nothing_cut,
  gaps_of_mirror,
  gaps_of_ours,
  no_gaps,
  packets_unknown,
};

struct Value {
  std::string name; // of the place in the text: {size}
  std::string text;
};

struct Finding {
  Area area;
  Level level;
  FindingId id;
  std::vector<Value> values;
};

using Findings = std::vector<Finding>;

// The gravest level among them; ok if there are none.
Level worst(const Findings &findings);

} // namespace handspan::host
