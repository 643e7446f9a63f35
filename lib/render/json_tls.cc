#include "record/names.h"
#include "render/json_parts.h"

#include <algorithm>

namespace handspan::render {
namespace {

using record::Record;

// A number of the wire: its name, or the number where it has none.
void put_code(Json &out, const char *key, std::string_view name, std::uint16_t number) {
  if (number != record::kNoCode)
    out[key] = name.empty() ? hex16(number) : std::string(name);
}

Json lines_json(std::string_view lines) {
  Json out = Json::array();
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    out.push_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return out;
}

void put_lines(Json &out, const char *key, std::string_view lines) {
  if (!lines.empty())
    out[key] = lines_json(lines);
}

Json messages_json(const Record &r) {
  Json out = Json::array();
  for (const record::Message &message : r.tls.messages) {
    Json one;
    one["name"] = record::message_name(message.content, message.type, message.encrypted);
    if (one["name"] == "unknown_handshake")
      one["type"] = message.type;
    one["from"] = side_name(message.from);
    if (message.packet > 0)
      one["packet"] = message.packet;
    put_span(one, "time", r.first, message.time);
    if (message.encrypted)
      one["encrypted"] = true;
    out.push_back(std::move(one));
  }
  return out;
}

Json alert_json(const Record &r, const record::Alert &alert) {
  Json out;
  if (!alert.encrypted) {
    out["level"] = alert.level == 1 ? "warning" : alert.level == 2 ? "fatal" : "unknown";
    out["code"] = alert.code;
    const auto name = record::alert_name(alert.code);
    out["name"] = name.empty() ? "unknown" : name;
  }
  out["sender"] = side_name(alert.from);
  out["encrypted"] = alert.encrypted;
  if (alert.packet > 0)
    out["packet"] = alert.packet;
  put_span(out, "time", r.first, alert.time);
  return out;
}

template <std::size_t N> bool known(const std::array<std::uint8_t, N> &digest) {
  return std::any_of(digest.begin(), digest.end(), [](std::uint8_t byte) { return byte != 0; });
}

void put_date(Json &out, const char *key, std::int64_t seconds) {
  if (seconds != base::kNever)
    out[key] = rfc3339_seconds(seconds);
}

void put_certificate(Json &tls, const char *key, const Record &r, base::Side side) {
  const record::Certificate &certificate = r.tls.certificate[side];
  if (certificate.chain_length == 0)
    return;
  Json &out = tls[key];
  if (certificate.parsed) {
    put_text(out, "subject", r.view(certificate.subject));
    put_text(out, "issuer", r.view(certificate.issuer));
    put_lines(out, "san", r.view(certificate.san));
    put_text(out, "serial", r.view(certificate.serial));
    put_date(out, "not_before", certificate.not_before);
    put_date(out, "not_after", certificate.not_after);
    put_text(out, "key_type", record::key_type_name(certificate.key_type));
    if (certificate.key_bits > 0)
      out["key_bits"] = certificate.key_bits;
    out["self_signed"] = certificate.self_signed;
  }
  if (known(certificate.sha1))
    out["sha1"] = hex(certificate.sha1);
  if (known(certificate.sha256))
    out["sha256"] = hex(certificate.sha256);
  out["chain_length"] = certificate.chain_length;
}

void put_versions(Json &out, const record::Tls &tls) {
  put_code(out, "version", record::version_name(tls.version), tls.version);
  if (tls.version != record::kNoCode)
    out["version_id"] = hex16(tls.version);
  put_code(out, "client_version", record::version_name(tls.client_version), tls.client_version);
  put_code(out, "cipher", record::cipher_name(tls.cipher), tls.cipher);
  if (tls.cipher != record::kNoCode)
    out["cipher_id"] = hex16(tls.cipher);
  put_code(out, "curve", record::group_name(tls.curve), tls.curve);
}

void put_fingerprints(Json &out, const record::Tls &tls) {
  if (tls.has_ja3)
    out["ja3"] = hex(tls.ja3);
  if (tls.has_ja3s)
    out["ja3s"] = hex(tls.ja3s);
  if (tls.has_ja4)
    out["ja4"] = std::string_view(tls.ja4.data(), tls.ja4.size());
}

} // namespace

Json tls_json(const Record &r) {
  const record::Tls &tls = r.tls;
  Json out = Json::object();
  put_versions(out, tls);
  put_text(out, "sni", r.view(tls.sni));
  put_text(out, "alpn", r.view(tls.alpn));
  put_lines(out, "alpn_offered", r.view(tls.alpn_offered));
  put_fingerprints(out, tls);
  out["established"] = tls.established;
  if (tls.version != record::kNoCode)
    out["resumed"] = tls.resumed;
  out["hello_retry"] = tls.hello_retry;
  out["early_data"] = tls.early_data;
  out["ech"] = tls.ech;
  out["client_certificate_requested"] = tls.client_certificate_requested;
  if (tls.client_certificate != record::Sent::unknown)
    out["client_certificate_sent"] = tls.client_certificate == record::Sent::yes;
  if (tls.sslv2_hello)
    out["sslv2_hello"] = true;
  out["messages"] = messages_json(r);
  if (tls.messages_dropped > 0)
    out["messages_dropped"] = tls.messages_dropped;
  if (tls.messages_unread > 0)
    out["messages_unread"] = tls.messages_unread;
  out["alerts"] = Json::array();
  for (const record::Alert &alert : tls.alerts)
    out["alerts"].push_back(alert_json(r, alert));
  if (tls.alerts_dropped > 0)
    out["alerts_dropped"] = tls.alerts_dropped;
  put_certificate(out, "certificate", r, base::Side::server);
  put_certificate(out, "client_certificate", r, base::Side::client);
  return out;
}

} // namespace handspan::render
