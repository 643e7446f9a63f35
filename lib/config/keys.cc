#include "config/keys.h"

#include "config/objections.h"
#include "config/quantity.h"

#include <algorithm>
#include <array>
#include <type_traits>

namespace handspan::config {

namespace {

constexpr std::size_t kMaxTextBytes = 4'096;
constexpr std::size_t kMaxListItems = 64;
constexpr std::int64_t kMaxPollers = 127; // DPDK has 128 lcores, and one is the control thread's

// A field is named by its section's member in Config and its own in the section.
template <auto Section, auto Field> auto &field(Config &config) {
  return config.*Section.*Field;
}

// Puts a whole number in a field that the bounds are known to fit.
template <auto Section, auto Field> bool put(std::int64_t value, Config &config) {
  auto &target = field<Section, Field>(config);
  target = static_cast<std::remove_reference_t<decltype(target)>>(value);
  return true;
}

template <auto Section, auto Field> const auto &value_of(const Config &config) {
  return config.*Section.*Field;
}

std::string quoted(const std::string &text) {
  return '"' + text + '"';
}

// Texts in a list: each behind the others.
template <class Items, class Text> std::string joined(const Items &items, Text &&text) {
  std::string all;
  for (const auto &item : items)
    all += (all.empty() ? "" : ", ") + text(item);
  return all;
}

bool clean(std::string_view text) {
  return text.size() <= kMaxTextBytes && text.find('\0') == std::string_view::npos;
}

template <auto Section, auto Field> Key flag(std::string_view section, std::string_view name) {
  return {section, name, "true or false",
          [](const Given &given, Config &config) {
            const bool *value = std::get_if<bool>(&given);
            if (value)
              field<Section, Field>(config) = *value;
            return value != nullptr;
          },
          [](const Config &config) {
            return std::string(value_of<Section, Field>(config) ? "true" : "false");
          }};
}

using Check = bool (*)(std::int64_t);

template <auto Section, auto Field>
Key number(std::string_view section, std::string_view name, const std::string &kind,
           std::int64_t min, std::int64_t max, Check check = nullptr) {
  return {section, name, kind + " from " + std::to_string(min) + " to " + std::to_string(max),
          [=](const Given &given, Config &config) {
            const auto *value = std::get_if<std::int64_t>(&given);
            return value && *value >= min && *value <= max && (!check || check(*value)) &&
                   put<Section, Field>(*value, config);
          },
          [](const Config &config) { return std::to_string(value_of<Section, Field>(config)); }};
}

template <auto Section, auto Field>
Key duration(std::string_view section, std::string_view name, base::Nanos min, base::Nanos max) {
  return {section, name,
          "a duration from \"" + format_duration(min) + "\" to \"" + format_duration(max) +
              "\" (units ms, s, min, h)",
          [=](const Given &given, Config &config) {
            const auto *text = std::get_if<std::string>(&given);
            const auto value = text ? parse_duration(*text) : std::nullopt;
            return value && *value >= min && *value <= max && put<Section, Field>(*value, config);
          },
          [](const Config &config) {
            return quoted(format_duration(value_of<Section, Field>(config)));
          }};
}

template <auto Section, auto Field>
Key size(std::string_view section, std::string_view name, std::int64_t min, std::int64_t max) {
  return {
      section, name,
      "a size from \"" + format_size(min) + "\" to \"" + format_size(max) +
          "\" (units B, KiB, MiB" + (max >= 1 << 30 ? ", GiB)" : ")"),
      [=](const Given &given, Config &config) {
        const auto *text = std::get_if<std::string>(&given);
        const auto value = text ? parse_size(*text) : std::nullopt;
        return value && *value >= min && *value <= max && put<Section, Field>(*value, config);
      },
      [](const Config &config) { return quoted(format_size(value_of<Section, Field>(config))); }};
}

using TextCheck = bool (*)(const std::string &);
using ListObjection = std::string (*)(const std::vector<std::string> &);

template <auto Section, auto Field>
Key text(std::string_view section, std::string_view name, std::string right, TextCheck check) {
  return {section, name, std::move(right),
          [=](const Given &given, Config &config) {
            const auto *value = std::get_if<std::string>(&given);
            if (!value || !clean(*value) || !check(*value))
              return false;
            field<Section, Field>(config) = *value;
            return true;
          },
          [](const Config &config) { return quoted(value_of<Section, Field>(config)); }};
}

template <auto Section, auto Field>
Key list(std::string_view section, std::string_view name, std::string right, TextCheck check,
         ListObjection objection = nullptr) {
  return {section,
          name,
          std::move(right),
          [=](const Given &given, Config &config) {
            const auto *items = std::get_if<std::vector<std::string>>(&given);
            if (!items || items->size() > kMaxListItems ||
                !std::all_of(items->begin(), items->end(), [check](const std::string &item) {
                  return !item.empty() && clean(item) && check(item);
                }))
              return false;
            field<Section, Field>(config) = *items;
            return true;
          },
          [](const Config &config) {
            return '[' + joined(value_of<Section, Field>(config), quoted) + ']';
          },
          [objection](const Config &config) {
            return objection ? objection(value_of<Section, Field>(config)) : std::string();
          }};
}

// One of some words, in the order of the enum's values.
template <auto Section, auto Field, std::size_t N>
Key word(std::string_view section, std::string_view name, std::string right,
         const std::array<std::string_view, N> &words) {
  return {section, name, std::move(right),
          [=](const Given &given, Config &config) {
            const auto *text = std::get_if<std::string>(&given);
            const auto *found = text ? std::find(words.begin(), words.end(), *text) : words.end();
            return found != words.end() && put<Section, Field>(found - words.begin(), config);
          },
          [words](const Config &config) {
            return quoted(
                std::string(words[static_cast<std::size_t>(value_of<Section, Field>(config))]));
          }};
}

template <auto Section, auto Field> Key lcores(std::string_view section, std::string_view name) {
  return {section, name, "core numbers from 0 to 1023, none twice, such as \"1-3,5\"",
          [](const Given &given, Config &config) {
            const auto *text = std::get_if<std::string>(&given);
            auto list = text ? parse_lcores(*text) : std::nullopt;
            if (list)
              field<Section, Field>(config) = std::move(*list);
            return list.has_value();
          },
          [](const Config &config) {
            return quoted(joined(value_of<Section, Field>(config),
                                 [](std::uint16_t core) { return std::to_string(core); }));
          }};
}

bool share_none(const std::vector<std::uint16_t> &some, const std::vector<std::uint16_t> &others) {
  return std::none_of(some.begin(), some.end(), [&](std::uint16_t core) {
    return std::find(others.begin(), others.end(), core) != others.end();
  });
}

bool any_text(const std::string &) {
  return true;
}

// The name becomes a folder's.
bool instance_name(const std::string &text) {
  return !text.empty() && text.size() <= 32 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-") == std::string::npos;
}

bool probe_name(const std::string &text) {
  return text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
           return c > ' ' && c <= '~' && c != '"' && c != '\\';
         });
}

// "0000:01:00.0" or "net_pcap0", either with ",argument=value…". EAL judges the rest.
bool port(const std::string &text) {
  const std::string_view device = std::string_view(text).substr(0, text.find(','));
  return !device.empty() &&
         device.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "_:.-") == std::string_view::npos;
}

bool power_of_two(std::int64_t value) {
  return (value & (value - 1)) == 0;
}

} // namespace

// Section, name, unit and bounds of every key. Defaults stand in config.h.
const std::vector<Key> &keys() {
  using C = Config;
  constexpr base::Nanos kDay = 24 * 3'600 * base::kSecond;
  constexpr std::int64_t kMi = 1 << 20;
  static const std::vector<Key> table = {
      text<&C::instance, &Instance::name>("instance", "name",
                                          "1 to 32 letters, digits, \"-\" or \"_\"", instance_name),
      text<&C::instance, &Instance::runtime_dir>("instance", "runtime_dir", "a folder in quotes",
                                                 any_text),

      text<&C::instance, &Instance::probe>(
          "instance", "probe", "at most 63 printable characters in quotes, none a space",
          probe_name),

      word<&C::log, &Log::level>(
          "log", "level", R"("trace", "debug", "info", "warning" or "error")",
          std::array<std::string_view, 5>{"trace", "debug", "info", "warning", "error"}),
      text<&C::log, &Log::file>("log", "file", "a file in quotes", any_text),

      list<&C::dpdk, &Dpdk::eal_args>("dpdk", "eal_args", "a list of at most 64 texts in quotes",
                                      any_text, objection_to_eal_args),
      number<&C::dpdk, &Dpdk::memory_mib>("dpdk", "memory_mib", "a number of MiB", 0, kMi),

      list<&C::capture, &Capture::ports>(
          "capture", "ports",
          "a list of at most 64 ports, each a PCI address or a virtual device in quotes", port,
          objection_to_ports),
      word<&C::capture, &Capture::dispatch>(
          "capture", "dispatch", R"("auto", "rss" or "software")",
          std::array<std::string_view, 3>{"auto", "rss", "software"}),
      number<&C::capture, &Capture::receivers>("capture", "receivers", "a number of cores", 1, 64),
      lcores<&C::capture, &Capture::receiver_lcores>("capture", "receiver_lcores"),
      number<&C::capture, &Capture::dispatch_ring>("capture", "dispatch_ring", "a power of two", 64,
                                                   65'536, power_of_two),
      list<&C::capture, &Capture::filters>(
          "capture", "filters", "a list of at most 64 filters in tcpdump's syntax, in quotes",
          any_text),
      number<&C::capture, &Capture::queues>("capture", "queues", "a number of queues", 0, 128),
      number<&C::capture, &Capture::rx_descriptors>("capture", "rx_descriptors",
                                                    "a number of descriptors", 64, 32'768),
      number<&C::capture, &Capture::mbufs>("capture", "mbufs", "a number of buffers", 256,
                                           16 * kMi),
      number<&C::capture, &Capture::mbuf_cache>("capture", "mbuf_cache", "a number of buffers", 0,
                                                512),
      number<&C::capture, &Capture::mtu>("capture", "mtu", "a number of bytes", 68, 16'384),
      flag<&C::capture, &Capture::promiscuous>("capture", "promiscuous"),
      duration<&C::capture, &Capture::link_wait>("capture", "link_wait", base::kMillisecond,
                                                 600 * base::kSecond),

      number<&C::workers, &Workers::count>("workers", "count", "a number of workers", 1,
                                           kMaxPollers),
      lcores<&C::workers, &Workers::lcores>("workers", "lcores"),
      number<&C::workers, &Workers::main_lcore>("workers", "main_lcore", "a core number", kAnyLcore,
                                                kMaxLcore),
      word<&C::workers, &Workers::idle>("workers", "idle", R"("auto", "spin" or "sleep")",
                                        std::array<std::string_view, 3>{"auto", "spin", "sleep"}),

      number<&C::limits, &Limits::flows>("limits", "flows", "a number of connections", 64,
                                         64 * kMi),
      number<&C::limits, &Limits::tracks>("limits", "tracks", "a number of connections", 64,
                                          16 * kMi),
      number<&C::limits, &Limits::track_facts>("limits", "track_facts", "a number of blocks", 64,
                                               512 * kMi),
      number<&C::limits, &Limits::half_open_share>("limits", "half_open_share",
                                                   "a number of per cent", 1, 98),
      number<&C::limits, &Limits::one_sided_share>("limits", "one_sided_share",
                                                   "a number of per cent", 1, 98),
      number<&C::limits, &Limits::tls_sessions>("limits", "tls_sessions", "a number of connections",
                                                64, 16 * kMi),
      number<&C::limits, &Limits::tls_facts>("limits", "tls_facts", "a number of blocks", 64,
                                             512 * kMi),
      number<&C::limits, &Limits::certificates>("limits", "certificates",
                                                "a number of certificates", 16, kMi),
      number<&C::limits, &Limits::hello_buffers>("limits", "hello_buffers", "a number of buffers",
                                                 16, 4 * kMi),
      number<&C::limits, &Limits::message_buffers>("limits", "message_buffers",
                                                   "a number of buffers", 1, 65'536),
      size<&C::limits, &Limits::message_bytes>("limits", "message_bytes", 4 << 10, 1 << 20),
      number<&C::limits, &Limits::segment_buffers>("limits", "segment_buffers",
                                                   "a number of segments", 16, 4 * kMi),
      number<&C::limits, &Limits::segments_per_side>("limits", "segments_per_side",
                                                     "a number of segments", 1, 1'024),
      number<&C::limits, &Limits::known_servers>("limits", "known_servers", "a number of servers",
                                                 4, kMi),
      number<&C::limits, &Limits::fragmented_datagrams>("limits", "fragmented_datagrams",
                                                        "a number of datagrams", 64, 65'536),
      number<&C::limits, &Limits::first_streams>("limits", "first_streams", "a number of streams",
                                                 16, 65'535),
      number<&C::limits, &Limits::counted_rules>("limits", "counted_rules", "a number of rules", 16,
                                                 65'536),
      size<&C::limits, &Limits::ring_bytes>("limits", "ring_bytes", 256 << 10, kMaxRingBytes),
      number<&C::limits, &Limits::story_buffers>("limits", "story_buffers", "a number of buffers",
                                                 16, 4 * kMi),
      number<&C::limits, &Limits::story_packets>("limits", "story_packets", "a number of packets",
                                                 16, 64),
      size<&C::limits, &Limits::story_bytes>("limits", "story_bytes", 256 << 10, kMaxRingBytes),
      size<&C::limits, &Limits::failure_bytes>("limits", "failure_bytes", 256 << 10, kMaxRingBytes),

      duration<&C::timeouts, &Timeouts::syn>("timeouts", "syn", base::kMillisecond, kDay),
      duration<&C::timeouts, &Timeouts::established>("timeouts", "established", base::kMillisecond,
                                                     kDay),
      duration<&C::timeouts, &Timeouts::one_sided>("timeouts", "one_sided", base::kMillisecond,
                                                   kDay),
      duration<&C::timeouts, &Timeouts::closing>("timeouts", "closing", base::kMillisecond, kDay),
      duration<&C::timeouts, &Timeouts::closed>("timeouts", "closed", base::kMillisecond, kDay),

      flag<&C::tracking, &Tracking::vlan_in_key>("tracking", "vlan_in_key"),
      flag<&C::tracking, &Tracking::handshake_events>("tracking", "handshake_events"),
      word<&C::tracking, &Tracking::packet_facts>(
          "tracking", "packet_facts", R"("off", "failed" or "all")",
          std::array<std::string_view, 3>{"off", "failed", "all"}),
      word<&C::tracking, &Tracking::checksums>(
          "tracking", "checksums", R"("off", "count" or "drop")",
          std::array<std::string_view, 3>{"off", "count", "drop"}),

      duration<&C::retries, &Retries::window>("retries", "window", kMinRetryWindow,
                                              kMaxRetryWindow),

      text<&C::rules, &Rules::file>("rules", "file", "a file or a folder in quotes", any_text),
      text<&C::rules, &Rules::cache>("rules", "cache", "a folder in quotes", any_text),
      number<&C::rules, &Rules::first_bytes>("rules", "first_bytes", "a number of bytes", 16, 256),
  };
  return table;
}

const std::vector<FormerKey> &former_keys() {
  static const std::vector<FormerKey> table = {
      {"limits", "ring_slots", "limits.ring_bytes, a size such as \"32MiB\""},
      {"limits", "story_slots", "limits.story_bytes, a size such as \"8MiB\""},
  };
  return table;
}

const std::vector<Relation> &relations() {
  static const std::vector<Relation> table = {
      {"capture", "ports", "names a port twice: every port must be another one",
       [](const Config &c) {
         auto ports = c.capture.ports;
         std::sort(ports.begin(), ports.end());
         return std::adjacent_find(ports.begin(), ports.end()) == ports.end();
       }},
      // A full ring of descriptors holds that many buffers; a burst and the caches need theirs.
      {"capture", "mbufs", "must be at least 128 more than capture.rx_descriptors",
       [](const Config &c) { return c.capture.mbufs >= c.capture.rx_descriptors + 128; }},
      // rte_mempool_create: cache_size * 1.5 must not exceed the pool.
      {"capture", "mbuf_cache", "must be at most half of capture.mbufs",
       [](const Config &c) { return c.capture.mbuf_cache <= c.capture.mbufs / 2; }},
      {"workers", "count",
       "and capture.receivers must not be more than 127 together, unless capture.dispatch is "
       "\"rss\"",
       [](const Config &c) {
         const bool receives = c.capture.dispatch == Dispatch::software ||
                               (c.capture.dispatch == Dispatch::automatic && c.workers.count > 1);
         return !receives || c.workers.count + c.capture.receivers <= kMaxPollers;
       }},
      {"limits", "one_sided_share", "must leave something beside limits.half_open_share: 99 in all",
       [](const Config &c) { return c.limits.half_open_share + c.limits.one_sided_share <= 99; }},
      {"workers", "lcores", "must name as many cores as workers.count says, or none",
       [](const Config &c) {
         return c.workers.lcores.empty() || c.workers.lcores.size() == c.workers.count;
       }},
      {"workers", "main_lcore", "must not be one of workers.lcores",
       [](const Config &c) {
         const auto &lcores = c.workers.lcores;
         return std::find(lcores.begin(), lcores.end(), c.workers.main_lcore) == lcores.end();
       }},
      {"capture", "receiver_lcores", "must name as many cores as capture.receivers says, or none",
       [](const Config &c) {
         const auto &lcores = c.capture.receiver_lcores;
         return lcores.empty() || lcores.size() == c.capture.receivers;
       }},
      {"capture", "receiver_lcores", "must name none of workers.lcores and not workers.main_lcore",
       [](const Config &c) {
         const auto &lcores = c.capture.receiver_lcores;
         return share_none(lcores, c.workers.lcores) &&
                std::find(lcores.begin(), lcores.end(), c.workers.main_lcore) == lcores.end();
       }},
      {"capture", "filters", "must be one for all ports, or one for each of capture.ports",
       [](const Config &c) {
         const std::size_t filters = c.capture.filters.size();
         return filters <= 1 || filters == c.capture.ports.size();
       }},
  };
  return table;
}

std::vector<Change> changes(const Config &before, const Config &after) {
  std::vector<Change> found;
  for (const Key &key : keys())
    if (std::string was = key.show(before), is = key.show(after); was != is)
      found.push_back({key.full_name(), std::move(was), std::move(is)});
  return found;
}

} // namespace handspan::config
