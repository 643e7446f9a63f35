#include "record/names.h"
#include "render/json_parts.h"

#include <algorithm>

namespace handspan::render {
namespace {

using record::Record;

// A number of the wire: its name, or the number where it has none.
void put_code(Object &out, const KeyText &key, std::string_view name, std::uint16_t number) {
  if (number == record::kNoCode)
    return;
  if (name.empty())
    out.hex(key, number, 4);
  else
    out.name(key, name);
}

void put_lines(Object &out, const KeyText &key, std::string_view lines) {
  if (lines.empty())
    return;
  Array array(out, key);
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    array.text(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

void put_groups(Object &out, const record::Tls &tls) {
  if (tls.groups_offered.empty())
    return;
  {
    Array array(out, "groups_offered"_key);
    record::each_group_offered(tls, [&](std::uint16_t number) {
      if (const std::string_view name = record::group_name(number); !name.empty())
        array.name(name);
      else
        array.hex(number, 4);
    });
  }
  if (tls.groups_dropped > 0)
    out.put("groups_dropped"_key, tls.groups_dropped);
}

void put_messages(Object &out, const Record &r) {
  Array messages(out, "messages"_key);
  for (const record::Message &message : r.tls.messages) {
    Object one(messages);
    const auto name = record::message_name(message.content, message.type, message.encrypted);
    one.name("name"_key, name);
    if (name == "unknown_handshake")
      one.put("type"_key, message.type);
    one.name("from"_key, side_name(message.from));
    if (message.packet > 0)
      one.put("packet"_key, message.packet);
    one.span("time"_key, r.first, message.time);
    if (message.encrypted)
      one.put("encrypted"_key, true);
  }
}

void put_alerts(Object &out, const Record &r) {
  Array alerts(out, "alerts"_key);
  for (const record::Alert &alert : r.tls.alerts) {
    Object one(alerts);
    if (!alert.encrypted) {
      one.name("level"_key, alert.level == 1 ? "warning" : alert.level == 2 ? "fatal" : "unknown");
      one.put("code"_key, alert.code);
      const auto name = record::alert_name(alert.code);
      one.name("name"_key, name.empty() ? "unknown" : name);
    }
    one.name("sender"_key, side_name(alert.from));
    one.put("encrypted"_key, alert.encrypted);
    if (alert.packet > 0)
      one.put("packet"_key, alert.packet);
    one.span("time"_key, r.first, alert.time);
  }
}

void put_digest(Object &out, const KeyText &key, std::span<const std::uint8_t> digest) {
  if (std::any_of(digest.begin(), digest.end(), [](std::uint8_t byte) { return byte != 0; }))
    out.hex(key, digest);
}

void put_date(Object &out, const KeyText &key, std::int64_t seconds) {
  if (seconds != base::kNever)
    out.quoted(key, kRfc3339, [=](char *at) { return put_rfc3339_seconds(at, seconds); });
}

void put_certificate(Object &tls, const KeyText &key, const Record &r, base::Side side) {
  const record::Certificate &certificate = r.tls.certificate[side];
  if (certificate.chain_length == 0)
    return;
  Object out(tls, key);
  if (certificate.parsed) {
    out.text("subject"_key, r.view(certificate.subject));
    out.text("issuer"_key, r.view(certificate.issuer));
    put_lines(out, "san"_key, r.view(certificate.san));
    out.text("serial"_key, r.view(certificate.serial));
    put_date(out, "not_before"_key, certificate.not_before);
    put_date(out, "not_after"_key, certificate.not_after);
    out.text("key_type"_key, record::key_type_name(certificate.key_type));
    if (certificate.key_bits > 0)
      out.put("key_bits"_key, certificate.key_bits);
    out.put("self_signed"_key, certificate.self_signed);
  }
  put_digest(out, "sha1"_key, certificate.sha1);
  put_digest(out, "sha256"_key, certificate.sha256);
  out.put("chain_length"_key, certificate.chain_length);
}

void put_versions(Object &out, const record::Tls &tls) {
  put_code(out, "version"_key, record::version_name(tls.version), tls.version);
  if (tls.version != record::kNoCode)
    out.hex("version_id"_key, tls.version, 4);
  put_code(out, "client_version"_key, record::version_name(tls.client_version), tls.client_version);
  put_code(out, "cipher"_key, record::cipher_name(tls.cipher), tls.cipher);
  if (tls.cipher != record::kNoCode)
    out.hex("cipher_id"_key, tls.cipher, 4);
  put_code(out, "curve"_key, record::group_name(tls.curve), tls.curve);
}

void put_fingerprints(Object &out, const record::Tls &tls) {
  if (tls.has_ja3)
    out.hex("ja3"_key, tls.ja3);
  if (tls.has_ja3s)
    out.hex("ja3s"_key, tls.ja3s);
  if (tls.has_ja4)
    out.whole_text("ja4"_key, {tls.ja4.data(), tls.ja4.size()});
}

} // namespace

void put_tls(Object &in, const Record &r) {
  const record::Tls &tls = r.tls;
  Object out(in, "tls"_key);
  put_versions(out, tls);
  out.text("sni"_key, r.view(tls.sni));
  out.text("alpn"_key, r.view(tls.alpn));
  put_lines(out, "alpn_offered"_key, r.view(tls.alpn_offered));
  put_groups(out, tls);
  put_fingerprints(out, tls);
  out.put("established"_key, tls.established);
  if (tls.version != record::kNoCode)
    out.put("resumed"_key, tls.resumed);
  out.put("hello_retry"_key, tls.hello_retry);
  out.put("early_data"_key, tls.early_data);
  out.put("ech"_key, tls.ech);
  out.put("client_certificate_requested"_key, tls.client_certificate_requested);
  if (tls.client_certificate != record::Sent::unknown)
    out.put("client_certificate_sent"_key, tls.client_certificate == record::Sent::yes);
  if (tls.sslv2_hello)
    out.put("sslv2_hello"_key, true);
  if (r.kind == record::Kind::connection) // a handshake's event has none
    put_messages(out, r);
  if (tls.messages_dropped > 0)
    out.put("messages_dropped"_key, tls.messages_dropped);
  if (tls.messages_unread > 0)
    out.put("messages_unread"_key, tls.messages_unread);
  put_alerts(out, r);
  if (tls.alerts_dropped > 0)
    out.put("alerts_dropped"_key, tls.alerts_dropped);
  put_certificate(out, "certificate"_key, r, base::Side::server);
  put_certificate(out, "client_certificate"_key, r, base::Side::client);
}

} // namespace handspan::render
