#include "render/latencies.h"

namespace handspan::render {

std::string_view short_name(summary::Timing timing) {
  using summary::Timing;
  switch (timing) {
  case Timing::syn_to_syn_ack:
    return "SYN→SYN-ACK";
  case Timing::syn_ack_to_ack:
    return "SYN-ACK→ACK";
  case Timing::ack_to_client_hello:
    return "ACK→hello";
  case Timing::client_hello_to_server_hello:
    return "hello→hello";
  case Timing::tls_total:
    return "TLS handshake";
  case Timing::first_data:
    return "first data";
  }
  return "?";
}

} // namespace handspan::render
