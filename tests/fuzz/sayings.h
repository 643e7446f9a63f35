// What two sides of TLS say to each other, as text.
#pragma once

#include "../unit/tls/hello_builder.h"

#include <string>
#include <vector>

namespace handspan::fuzz {

inline std::string text_of(const tls::test::Octets &octets) {
  return {octets.begin(), octets.end()};
}

// A handshake message in clear, in a record of its own.
inline std::string clear(const tls::test::Octets &message) {
  return text_of(tls::test::record(22, message));
}

// The hellos, and behind them what else there is.
inline std::vector<std::string> hellos_and(const std::vector<std::string> &others) {
  using namespace tls::test;
  std::vector<std::string> all = {
      clear(client_hello({.extensions = sni("a.example") + alpn({"h2"})})),
      clear(client_hello(
          {.extensions = sni("b.example") + versions({0x0304, 0x0303}) + key_share(29)})),
      clear(server_hello({})),
      clear(server_hello({.extensions = chosen_version(0x0304)})),
      clear(server_hello({.random = kRetryRandom, .extensions = chosen_version(0x0304)})),
  };
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

} // namespace handspan::fuzz
