// Fingerprints of hellos: JA3 and JA3S (github.com/salesforce/ja3), JA4 (the client's alone,
// github.com/FoxIO-LLC/ja4, technical_details/JA4.md).
#pragma once

#include "base/fixed.h"
#include "tls/client_hello.h"
#include "tls/digest.h"
#include "tls/remembered.h"
#include "tls/server_hello.h"

#include <array>
#include <cstdint>
#include <vector>

namespace handspan::tls {

struct ClientPrints {
  bool has_ja3 = false, has_ja4 = false;
  std::array<std::uint8_t, 16> ja3{};
  std::array<char, 36> ja4{};
  // The named groups that it offers, each once: two bytes each as on the wire, GREASE left out.
  base::FixedText<64> groups;
  std::uint8_t groups_dropped = 0; // more than there is room for, up to 255
};
struct ServerPrint {
  bool has_ja3s = false;
  std::array<std::uint8_t, 16> ja3s{};
};

// One a tracker: holds the digests' state, the room for sorting, and what it made of the latest
// hellos.
class Fingerprinter {
public:
  Fingerprinter();

  // Valid until the next call.
  const ClientPrints &client(const ClientHello &hello);
  const ServerPrint &server(const ServerHello &hello);

  bool ja3(const ClientHello &hello, std::array<std::uint8_t, 16> &out);
  bool ja3s(const ServerHello &hello, std::array<std::uint8_t, 16> &out);
  // False too for a hello with more than kMaxSorted suites or extensions, which no client sends.
  bool ja4(const ClientHello &hello, std::array<char, 36> &out);

  static constexpr std::size_t kMaxSorted = 2048;

private:
  bool sorted_suites(const ClientHello &hello);
  bool sorted_extensions(const ClientHello &hello, unsigned &count);
  bool hash12(const ClientHello *signature_algorithms, char *out);

  Remembered<ClientPrints> clients_;
  Remembered<ServerPrint> servers_;
  Digest md5_;
  Digest sha256_;
  std::vector<std::uint16_t> list_; // never beyond its first capacity
};

} // namespace handspan::tls
