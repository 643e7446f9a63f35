// The usual handshakes, whole.
#pragma once

#include "certificates.h"
#include "conversation.h"

namespace handspan::tls::test {

inline Octets usual_extensions() {
  return sni("example.com") + groups({0x001d, 0x0017}) + formats({0}) +
         signatures({0x0403, 0x0804}) + alpn({"h2", "http/1.1"}) + versions({0x0304, 0x0303});
}

inline Conversation tls12() {
  ClientHelloSpec hello;
  hello.extensions = usual_extensions();
  ServerHelloSpec answer;
  answer.extensions = alpn({"h2"}) + extension(0xff01, u8(0));
  const Octets flight = server_hello(answer) + certificate({hex(kRsaCertificate)}) +
                        key_exchange(0x001d) + message(14, {});
  return {{C, record(22, client_hello(hello), 0x0301)},
          {S, record(22, flight)},
          {C, record(22, message(16, fill(66, 0x42))) + kCcs + hidden_finished()},
          {S, record(22, message(4, fill(180, 1))) + kCcs + hidden_finished()},
          {C, hidden(200)},
          {S, hidden(1400) + hidden(31)}};
}

inline Octets hello13() {
  ClientHelloSpec hello;
  hello.session_id = fill(32, 7);
  hello.extensions = usual_extensions() + key_share(0x001d);
  return record(22, client_hello(hello), 0x0301);
}
inline Octets answer13(Octets more = {}) {
  ServerHelloSpec answer;
  answer.session_id = fill(32, 7);
  answer.cipher = 0x1301;
  answer.extensions = chosen_version(0x0304) + key_share(0x001d) + more;
  return record(22, server_hello(answer));
}

inline Conversation tls13() {
  return {{C, hello13()},
          {S, answer13() + kCcs + hidden(27) + hidden(900) + hidden(281) + hidden(53)},
          {C, kCcs + hidden(53)},
          {C, hidden(120)},
          {S, hidden(250) + hidden(250) + hidden(1000)}};
}

} // namespace handspan::tls::test
