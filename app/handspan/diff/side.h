// What is compared: what one of the two sides knows of its connections.
#pragma once

#include "distribution.h"
#include "record/record.h"
#include "summary/history.h"

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace handspan::app {

// How connections fail: what is summed up by the minute knows the cause alone.
struct Kind {
  record::Cause cause = record::Cause::none;
  record::By by = record::By::none;
  std::uint16_t alert = record::kNoCode;
  friend auto operator<=>(const Kind &, const Kind &) = default;
};

struct ShownCertificate {
  std::uint64_t connections = 0;
  std::string subject, issuer, not_after;
};

// What a server chooses; with its answer's fingerprint.
enum class Fact : std::uint8_t { version, cipher, group, alpn, ja3s };
inline constexpr std::array<const char *, 5> kFacts = {"version", "cipher", "group", "alpn",
                                                       "ja3s"}; // as in Fact

struct Server {
  std::uint64_t connections = 0;
  std::map<std::string, ShownCertificate> certificates; // by SHA-256
  std::array<std::map<std::string, std::uint64_t>, kFacts.size()> facts;
};

class Side {
public:
  static constexpr std::size_t kMostServers = 65'536;
  static constexpr std::size_t kMostValues = 64; // of each fact of a server

  Side();

  // A connection; of one that is summed up elsewhere only what it tells of its server.
  void add(const record::Record &record);
  void add_server(const record::Record &record);
  // A minute (or hour) of them.
  void add(const summary::Cell &cell, base::Nanos begin, base::Nanos length);
  // A certificate that was seen at a server.
  void add(const std::string &server, const std::string &sha256, const ShownCertificate &seen);

  std::string name; // as it was asked for
  base::Nanos from = base::kNever, until = base::kNever;
  std::uint64_t connections = 0, failed = 0;
  bool by_whom = true;       // the kinds of failures are known
  bool knows_servers = true; // all that there are
  std::map<Kind, std::uint64_t> kinds;
  std::map<std::string, Distribution> timings;
  std::map<std::string, Server> servers; // by name, else by address and port
  std::uint64_t servers_left_out = 0;    // connections of further ones

private:
  void widen(base::Nanos begin, base::Nanos end);
  Server *server(const std::string &name);

  std::vector<std::string> names_; // of timings
};

} // namespace handspan::app
