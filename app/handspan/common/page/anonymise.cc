#include "handspan/common/page/anonymise.h"

#include <algorithm>
#include <array>
#include <vector>

namespace handspan::app {
namespace {

// Kept as they are: they tell nobody's name.
constexpr std::string_view kPublic[] = {"com",  "net",   "org",  "edu", "gov", "io",
                                        "de",   "cn",    "uk",   "fr",  "jp",  "eu",
                                        "test", "local", "arpa", "*",   "www"};

} // namespace

// A /24 becomes one of 10.0.0.0/8 (of the first 65,536), a /64 one of 2001:db8::/32, and a host the
// next number in it.
base::Address Anonymiser::address(const base::Address &of) {
  const std::string bytes(of.bytes.begin(), of.bytes.end());
  auto &hosts = networks_[bytes.substr(0, of.is_v4() ? 15 : 8)];
  if (hosts.empty())
    hosts.emplace("", networks_.size()); // the network's own number
  const std::size_t place = hosts.at("");
  const std::size_t host = hosts.emplace(bytes, hosts.size()).first->second;
  if (of.is_v4()) {
    const std::array<std::uint8_t, 4> made = {10, static_cast<std::uint8_t>(place >> 8),
                                              static_cast<std::uint8_t>(place),
                                              static_cast<std::uint8_t>(host)};
    return base::Address::v4(made.data());
  }
  std::array<std::uint8_t, 16> made = {0x20, 0x01, 0x0d, 0xb8};
  for (std::size_t i = 0; i < 4; ++i) {
    made[7 - i] = static_cast<std::uint8_t>(place >> 8 * i);
    made[15 - i] = static_cast<std::uint8_t>(host >> 8 * i);
  }
  return base::Address::v6(made.data());
}

std::string Anonymiser::label(std::string_view of) {
  if (std::find(std::begin(kPublic), std::end(kPublic), of) != std::end(kPublic))
    return std::string(of);
  return labels_.emplace(of, "name" + std::to_string(labels_.size() + 1)).first->second;
}

// Label by label, from the point to the point.
std::string Anonymiser::name(std::string_view of) {
  std::string out;
  while (!of.empty()) {
    const std::size_t end = std::min(of.find('.'), of.size());
    if (end > 0)
      out += label(of.substr(0, end));
    of.remove_prefix(end);
    if (!of.empty()) {
      out += '.';
      of.remove_prefix(1);
    }
  }
  return out;
}

void Anonymiser::certificate(record::Certificate &of, const std::string &subject,
                             const std::string &issuer, const std::string &san,
                             record::Record &into) {
  std::string names;
  for (std::string_view rest = san; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    names += (names.empty() ? "" : "\n") + name(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  of.subject = subject.empty() ? record::Text{} : into.put("CN=" + name(subject));
  of.issuer = issuer.empty() ? record::Text{} : into.put("CN=" + label(issuer));
  of.san = into.put(names);
  of.serial = {};
  // Still one for each certificate, and of none that can be looked up.
  for (std::size_t i = 0; i < of.sha256.size(); ++i)
    of.sha256[i] = static_cast<std::uint8_t>(of.sha256[i] * 167U + 13U * i);
  of.sha1.fill(0);
}

void Anonymiser::apply(record::Record &record) {
  record.probe.name.assign("");
  record.probe.instance.assign("");
  record.client = address(record.client);
  record.server = address(record.server);
  if (record.icmp.count > 0)
    record.icmp.from = address(record.icmp.from);
  const auto copy = [&](record::Text text) { return std::string(record.view(text)); };
  // All texts go and those that are wanted come back: nothing is left behind them.
  auto &tls = record.tls;
  const std::string sni = copy(tls.sni), alpn = copy(tls.alpn), offered = copy(tls.alpn_offered);
  const std::string method = copy(record.app.method), host = copy(record.app.host);
  const std::string refusal = copy(record.app.refusal_word);
  struct Names {
    std::string subject, issuer, san;
  };
  base::Both<Names> shown;
  for (const base::Side side : {base::Side::client, base::Side::server}) {
    const record::Certificate &of = tls.certificate[side];
    shown[side] = {copy(of.subject), copy(of.issuer), copy(of.san)};
    if (const std::size_t at = shown[side].subject.find("CN="); at != std::string::npos)
      shown[side].subject =
          shown[side].subject.substr(at + 3, shown[side].subject.find(',', at) - at - 3);
  }
  std::vector<std::array<std::string, 3>> rules;
  for (const record::RuleHit &hit : record.rules)
    rules.push_back({copy(hit.name), copy(hit.field), copy(hit.tags)});
  record.text_used = 0;
  record.text.fill('\0');
  tls.sni = record.put(name(sni));
  tls.alpn = record.put(alpn);
  tls.alpn_offered = record.put(offered);
  record.app.method = record.put(method);
  record.app.host = record.put(name(host));
  record.app.refusal_word = record.put(refusal);
  record.app.refusal_line = {};
  for (const base::Side side : {base::Side::client, base::Side::server})
    certificate(tls.certificate[side], shown[side].subject, shown[side].issuer, shown[side].san,
                record);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    record.rules[i].name = record.put(rules[i][0]);
    record.rules[i].field = record.put(rules[i][1]);
    record.rules[i].tags = record.put(rules[i][2]);
  }
}

} // namespace handspan::app
