#include "render/top_key.h"

#include "render/facts.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>
#include <cstring>

namespace handspan::render {

namespace {

using summary::Subject;
using summary::TopKey;

constexpr std::size_t kAddressBytes = 16, kServerBytes = kAddressBytes + 2;

base::Address address_in(std::string_view bytes) {
  base::Address address;
  std::memcpy(address.bytes.data(), bytes.data(), std::min(bytes.size(), kAddressBytes));
  return address;
}

std::string server_in(std::string_view bytes) {
  if (bytes.size() != kServerBytes)
    return "?";
  const auto byte = [bytes](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
  return endpoint(address_in(bytes),
                  static_cast<std::uint16_t>(byte(kAddressBytes) << 8 | byte(kAddressBytes + 1)));
}

std::string network_in(std::string_view bytes) {
  const base::Address network = address_in(bytes);
  return address(network) + (network.is_v4() ? "/24" : "/48");
}

struct Failure {
  record::Cause cause{};
  record::By by{};
  std::string_view target;
  bool named = false;

  explicit Failure(std::string_view bytes) {
    if (bytes.size() < 3)
      return;
    cause = static_cast<record::Cause>(bytes[0]);
    by = static_cast<record::By>(bytes[1]);
    named = bytes[2] != 0;
    target = bytes.substr(3);
  }
};

std::string text_in(const TopKey &key) {
  return printable(key.view()) + (key.may_be_cut() ? "…" : "");
}

} // namespace

std::string top_key_text(Subject subject, const TopKey &key, const Style &style) {
  switch (subject) {
  case Subject::server:
    return server_in(key.view());
  case Subject::network:
    return network_in(key.view());
  case Subject::failure: {
    const Failure failure(key.view());
    std::string out(name(failure.cause));
    if (failure.by != record::By::none)
      out.append(" (").append(text(failure.by, style.language)).append(")");
    return out + " " + (failure.named ? printable(failure.target) : server_in(failure.target));
  }
  case Subject::name:
  case Subject::ja4:
    break;
  }
  return text_in(key);
}

Json top_key_json(Subject subject, const TopKey &key) {
  Json out = Json::object();
  if (subject == Subject::failure) {
    const Failure failure(key.view());
    out["cause"] = name(failure.cause);
    out["by"] = name(failure.by);
    if (failure.named)
      out["name"] = failure.target;
    else
      out["server"] = server_in(failure.target);
    return out;
  }
  const std::string field(name(subject));
  if (subject == Subject::name || subject == Subject::ja4)
    out[field] = key.view();
  else
    out[field] = top_key_text(subject, key, {});
  return out;
}

} // namespace handspan::render
