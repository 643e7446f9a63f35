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

std::uint16_t port_in(std::string_view server) {
  const auto byte = [server](std::size_t i) { return static_cast<std::uint8_t>(server[i]); };
  return static_cast<std::uint16_t>(byte(kAddressBytes) << 8 | byte(kAddressBytes + 1));
}

std::string server_in(std::string_view bytes) {
  return bytes.size() == kServerBytes ? endpoint(address_in(bytes), port_in(bytes)) : "?";
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

// Of a text that was cut its beginning is known.
std::string text_filter(std::string_view field, std::string_view text, bool may_be_cut) {
  // Between single quotes nothing but their like is special.
  const char quote = text.find('\'') == std::string_view::npos ? '\'' : '"';
  std::string out(field);
  out.append(may_be_cut ? " contains " : " == ").append(1, quote);
  for (const char c : text)
    out.append(c == quote ? "\\" : "").append(1, c);
  return out + quote;
}

std::string server_filter(std::string_view bytes) {
  if (bytes.size() != kServerBytes)
    return "!dest_ip";
  return "dest_ip == " + address(address_in(bytes)) +
         " && dest_port == " + std::to_string(port_in(bytes));
}

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

std::string top_key_filter(Subject subject, const TopKey &key) {
  switch (subject) {
  case Subject::server:
    return server_filter(key.view());
  case Subject::network:
    return "src_ip in " + network_in(key.view());
  case Subject::failure: {
    const Failure failure(key.view());
    std::string out = "cause == " + std::string(name(failure.cause));
    if (failure.by != record::By::none)
      out.append(" && by == ").append(name(failure.by));
    return out + " && " +
           (failure.named ? text_filter("tls.sni", failure.target, key.may_be_cut())
                          : server_filter(failure.target));
  }
  case Subject::name:
    return text_filter("tls.sni", key.view(), key.may_be_cut());
  case Subject::ja4:
    break;
  }
  return text_filter("tls.ja4", key.view(), key.may_be_cut());
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
