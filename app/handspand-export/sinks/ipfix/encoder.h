// Rows as messages of IPFIX, by libfixbuf: one transport session.
#pragma once

#include "sink.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace handspan::exporter::ipfix {

struct Numbers {
  std::uint32_t enterprise = 0;
  std::uint32_t domain = 0; // of observation
};

// Message Header (RFC 7011, section 3.1): Version (2 bytes), Length (2), Export Time, ...
// Of the message that begins there; never beyond its end, never 0.
constexpr std::size_t message_length(std::string_view begins) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(begins[i]); };
  const std::size_t length = begins.size() < 4 ? 0 : byte(2) << 8 | byte(3);
  return length == 0 || length > begins.size() ? begins.size() : length;
}

class Encoder {
public:
  // `describe`: with the templates also what the own elements are (RFC 5610).
  Encoder(const Numbers &numbers, bool describe);
  ~Encoder();
  Encoder(const Encoder &) = delete;
  Encoder &operator=(const Encoder &) = delete;

  // False: `why` says it.
  bool put_templates(std::string &why);
  // Bytes of the message so far.
  [[nodiscard]] std::size_t size() const;
  // Makes a record of a row, and says how much it adds. put() then puts it.
  std::size_t prepare(const Row &row);
  bool put(std::string &why);
  // One message or several, as long as nothing is put; empty: there is none.
  std::string_view messages(std::string &why);

private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

} // namespace handspan::exporter::ipfix
