#include "sinks/clickhouse/types.h"

#include <algorithm>
#include <string_view>

namespace handspan::exporter::clickhouse {
namespace {

constexpr std::string_view kCodec = " CODEC(ZSTD(1))";

// Texts that are as many as clients and servers please.
constexpr std::string_view kOpen[] = {"tls.sni",
                                      "tls.certificate.subject",
                                      "tls.certificate.san",
                                      "tls.certificate.serial",
                                      "tls.certificate.sha1",
                                      "tls.certificate.sha256",
                                      "http.host",
                                      "refusal.text"};

Types same(const std::string &type) {
  return {type, type + std::string(kCodec)};
}
// With what stands behind the type kept there.
std::string around(const char *what, const std::string &type) {
  const std::size_t end = std::min(type.find(" CODEC"), type.size());
  return type.empty() ? type
                      : what + std::string("(") + type.substr(0, end) + ")" + type.substr(end);
}

} // namespace

Types flag() {
  return same("UInt8");
}
Types number(int bits) {
  const std::string type = "UInt" + std::to_string(bits);
  return {type, type + (bits == 8 ? " CODEC(ZSTD(1))" : " CODEC(T64, ZSTD(1))")};
}
Types duration() {
  return {"Decimal(18, 6)", "Decimal(18, 9) CODEC(ZSTD(1))"};
}
Types exact_duration() {
  return same("Decimal(18, 9)");
}
Types moment() {
  return {"DateTime('UTC')", "DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1))"};
}
Types word() {
  return {"String", "LowCardinality(String) CODEC(ZSTD(1))"};
}
Types text() {
  return same("String");
}
Types key(const char *name) {
  return same(name);
}
Types several(const Types &of) {
  return {around("Array", of.base), around("Array", of.modern)};
}
Types if_known(const Types &of) {
  return {around("Nullable", of.base), around("Nullable", of.modern)};
}

Types type_of(const render::FieldInfo &field) {
  using render::FieldType;
  const bool open = std::find(std::begin(kOpen), std::end(kOpen), field.path) != std::end(kOpen);
  const auto one = [&]() -> Types {
    switch (field.type) {
    case FieldType::flag:
      return flag();
    case FieldType::count:
      return number(field.path.ends_with("_port")       ? 16
                    : field.path.starts_with("packets") ? 64
                                                        : 32);
    case FieldType::bytes:
    case FieldType::code:
      return number(64);
    case FieldType::duration:
      return field.repeats ? duration() : if_known(duration());
    case FieldType::moment:
      return moment();
    case FieldType::address:
      return {"FixedString(16)", "IPv6 CODEC(ZSTD(1))"};
    case FieldType::word:
    case FieldType::text:
    case FieldType::object:
      break;
    }
    return open ? text() : word();
  };
  return field.repeats ? several(one()) : one();
}

} // namespace handspan::exporter::clickhouse
