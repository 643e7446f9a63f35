#include "telemetry.h"

#include "base/error_text.h"
#include "shm/process.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <mutex>
#include <optional>
#include <rte_telemetry.h>
#include <rte_version.h>
#include <string_view>

namespace handspan::daemon {
namespace {

// DPDK's commands have no context of their own, and they come on its thread.
std::mutex guard;
std::unique_ptr<shm::Reader> segment; // null: nothing to tell

void add_number(rte_tel_data *dict, const char *name, std::uint64_t value) {
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
  rte_tel_data_add_dict_uint(dict, name, value);
#else
  rte_tel_data_add_dict_u64(dict, name, value);
#endif
}

// What every reader calls a state (handspan stat --json).
const char *name(shm::Life life) {
  static constexpr std::array kNames = {"starting", "running", "stopping", "stopped", "dead"};
  return kNames[static_cast<std::size_t>(life) % kNames.size()];
}

// The number behind the comma of a command: below `count`, else nothing.
std::optional<std::uint32_t> index_in(const char *parameters, std::uint32_t count) {
  const std::string_view text = parameters == nullptr ? "" : parameters;
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || index >= count)
    return std::nullopt;
  return index;
}

// Every counter and gauge of a scope, by the names of the segment's own directory.
template <class ValueOf>
void add_all(rte_tel_data *dict, const shm::Reader &reader, shm::Scope scope, ValueOf &&value_of) {
  for (const shm::Entry &entry : reader.directory())
    if (entry.scope == scope && entry.kind != record::StatKind::histogram)
      add_number(dict, entry.name.c_str(), value_of(entry));
}

int tell_info(const shm::Reader &reader, const char *, rte_tel_data *data) {
  const base::Nanos now = shm::monotonic_now();
  const shm::SegmentInfo &info = reader.info();
  rte_tel_data_start_dict(data);
  rte_tel_data_add_dict_string(data, "instance", info.instance.c_str());
  rte_tel_data_add_dict_string(data, "version", info.version.c_str());
  rte_tel_data_add_dict_string(data, "state", name(reader.status(now, 2 * base::kSecond).life));
  add_number(data, "pid", info.pid);
  add_number(data, "start_time_ns", static_cast<std::uint64_t>(info.start_time));
  add_number(data, "workers", reader.workers());
  add_number(data, "ports", reader.ports());
  add_number(data, "ring_bytes", info.ring_bytes);
  add_number(data, "segment_bytes", info.bytes);
  return 0;
}

// Of each worker how long ago its heart beat, in milliseconds.
int tell_workers(const shm::Reader &reader, const char *, rte_tel_data *data) {
  const base::Nanos now = shm::monotonic_now();
  rte_tel_data_start_dict(data);
  for (std::uint32_t i = 0; i < reader.workers(); ++i)
    add_number(data, ("worker_" + std::to_string(i) + "_heartbeat_age_ms").c_str(),
               static_cast<std::uint64_t>(reader.heartbeat_age(i, now) / base::kMillisecond));
  return 0;
}

int tell_worker(const shm::Reader &reader, const char *parameters, rte_tel_data *data) {
  const auto worker = index_in(parameters, reader.workers());
  if (!worker)
    return -EINVAL;
  rte_tel_data_start_dict(data);
  add_all(data, reader, shm::Scope::worker,
          [&](const shm::Entry &entry) { return reader.value(entry, *worker); });
  return 0;
}

int tell_ports(const shm::Reader &reader, const char *, rte_tel_data *data) {
  rte_tel_data_start_array(data, RTE_TEL_STRING_VAL);
  for (std::uint32_t i = 0; i < reader.ports(); ++i)
    rte_tel_data_add_array_string(data, reader.port_name(i).c_str());
  return 0;
}

int tell_port(const shm::Reader &reader, const char *parameters, rte_tel_data *data) {
  const auto port = index_in(parameters, reader.ports());
  if (!port)
    return -EINVAL;
  rte_tel_data_start_dict(data);
  rte_tel_data_add_dict_string(data, "name", reader.port_name(*port).c_str());
  add_all(data, reader, shm::Scope::port,
          [&](const shm::Entry &entry) { return reader.value(entry, *port); });
  return 0;
}

int tell_counters(const shm::Reader &reader, const char *, rte_tel_data *data) {
  rte_tel_data_start_dict(data);
  add_all(data, reader, shm::Scope::worker, [&](const shm::Entry &entry) {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < reader.workers(); ++i)
      sum += reader.value(entry, i);
    return sum;
  });
  return 0;
}

using Tell = int (*)(const shm::Reader &, const char *, rte_tel_data *);

template <Tell tell> int answer(const char *, const char *parameters, rte_tel_data *data) {
  const std::lock_guard lock(guard);
  return segment == nullptr ? -ENODEV : tell(*segment, parameters, data);
}

struct Command {
  const char *name;
  telemetry_cb answer;
  const char *help;
};

constexpr Command kCommands[] = {
    {"/handspand/info", answer<tell_info>,
     "The daemon: instance, version, state, pid, workers, ports. Takes no parameters"},
    {"/handspand/workers", answer<tell_workers>,
     "Milliseconds since each worker's heartbeat. Takes no parameters"},
    {"/handspand/worker", answer<tell_worker>,
     "Counters and gauges of one worker. Parameters: int worker"},
    {"/handspand/ports", answer<tell_ports>, "Names of the ports. Takes no parameters"},
    {"/handspand/port", answer<tell_port>, "Name and counters of one port. Parameters: int port"},
    {"/handspand/counters", answer<tell_counters>,
     "Counters and gauges, all workers together. Takes no parameters"},
};

} // namespace

std::unique_ptr<Telemetry> Telemetry::serve(const std::string &path, std::string &why) {
  shm::OpenError error;
  auto reader = shm::Reader::open(path, error);
  if (reader == nullptr) {
    why = error.message;
    return nullptr;
  }
  {
    const std::lock_guard lock(guard);
    segment = std::move(reader);
  }
  for (const Command &command : kCommands)
    if (const int refused = rte_telemetry_register_cmd(command.name, command.answer, command.help);
        refused != 0) {
      why = std::string(command.name) + ": " + base::error_text(-refused);
      return nullptr;
    }
  return std::unique_ptr<Telemetry>(new Telemetry);
}

Telemetry::~Telemetry() {
  const std::lock_guard lock(guard);
  segment.reset();
}

} // namespace handspan::daemon
