// Whose time a timing is, seen from where the probe taps the line. Internal to lib/render.
#pragma once

#include <cstdint>
#include <string_view>

namespace handspan::render {

enum class TapSide : std::uint8_t { server, client, both };

// What lies between probe and server, or probe and client, alone; the others are of both.
constexpr TapSide side_of(std::string_view timing) {
  if (timing == "syn_to_syn_ack" || timing == "client_hello_to_server_hello")
    return TapSide::server;
  return timing == "syn_ack_to_ack" || timing == "ack_to_client_hello" ? TapSide::client
                                                                       : TapSide::both;
}
constexpr std::string_view name(TapSide side) {
  return side == TapSide::server ? "server" : side == TapSide::client ? "client" : "both";
}

} // namespace handspan::render
