#include "handspan/rules/field_text.h"

#include "record/names.h"
#include "render/units.h"

#include <span>

namespace handspan::app {
namespace {

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes)
    text += {kHex[byte >> 4], kHex[byte & 0xf]};
  return text;
}

// By its name, else as 0x1234.
std::string code(std::string_view name, std::uint16_t number) {
  if (number == record::kNoCode || !name.empty())
    return std::string(name);
  const std::uint8_t bytes[] = {static_cast<std::uint8_t>(number >> 8),
                                static_cast<std::uint8_t>(number)};
  return "0x" + hex(bytes);
}

} // namespace

std::string field_text(const record::Record &r, rules::Field field) {
  using rules::Field;
  const record::Certificate &certificate = r.tls.certificate.server;
  const auto text = [&r](record::Text t) { return std::string(r.view(t)); };
  switch (field) {
  case Field::sni:
    return text(r.tls.sni);
  case Field::alpn:
    return text(r.tls.alpn_offered);
  case Field::ja3:
    return r.tls.has_ja3 ? hex(r.tls.ja3) : "";
  case Field::ja4:
    return r.tls.has_ja4 ? std::string(r.tls.ja4.begin(), r.tls.ja4.end()) : "";
  case Field::version:
    return record::version_name(r.tls.version);
  case Field::cipher:
    return code(record::cipher_name(r.tls.cipher), r.tls.cipher);
  case Field::group:
    return code(record::group_name(r.tls.curve), r.tls.curve);
  case Field::subject:
    return text(certificate.subject);
  case Field::issuer:
    return text(certificate.issuer);
  case Field::san:
    return text(certificate.san);
  case Field::serial:
    return text(certificate.serial);
  case Field::sha256:
    return certificate.known ? hex(certificate.sha256) : "";
  case Field::app_protocol:
    return std::string(r.app.protocol.view());
  case Field::http_host:
    return text(r.app.host);
  case Field::http_method:
    return text(r.app.method);
  case Field::http_status:
    return r.app.status == 0 ? "" : std::to_string(r.app.status);
  case Field::client:
  case Field::address:
    return render::address(r.client);
  case Field::server:
    return render::address(r.server);
  case Field::first_client:
  case Field::first_server:
    break;
  }
  return {};
}

} // namespace handspan::app
