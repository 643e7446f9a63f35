// The proof that a NIC sends both directions of a connection to one queue: its own key and
// indirection table, run over known connections. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::capture {

// What a port is set to.
struct RssSetup {
  std::vector<std::uint8_t> key;     // of the Toeplitz hash
  std::vector<std::uint16_t> queues; // the indirection table; empty: the port does not tell it
};

// Addresses and ports in host byte order, an IPv4 address in the first word alone.
struct RssTuple {
  std::uint32_t source[4], target[4];
  std::uint16_t source_port, target_port;
  bool v6;
};

// Microsoft's "Verifying the RSS hash calculation" tells how the tuple goes in: source address,
// target address, and where `with_ports`, source port, target port.
std::uint32_t rss_hash(const RssSetup &setup, const RssTuple &tuple, bool with_ports);

// Nothing if for every known connection, IPv4 and IPv6, by addresses alone and with ports, both
// directions come to the same queue, and if the connections do not all come to one; else what is
// wrong, as the end of a sentence.
std::string rss_fault(const RssSetup &setup, std::uint16_t queues);

// An indirection table of `size` places that gives each queue its share.
std::vector<std::uint16_t> even_table(std::size_t size, std::uint16_t queues);

} // namespace handspan::capture
