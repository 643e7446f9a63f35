#include "render/json_in.h"

#include "record/names.h"

#include <map>
#include <string>

namespace handspan::render {
namespace {

using record::Record;

// Numbers by their names.
template <class Name> std::map<std::string, std::uint16_t, std::less<>> numbers_by(Name name) {
  std::map<std::string, std::uint16_t, std::less<>> numbers;
  for (std::uint32_t number = 0; number < 0xffff; ++number)
    if (const auto known = name(static_cast<std::uint16_t>(number)); !known.empty())
      numbers.emplace(known, static_cast<std::uint16_t>(number));
  return numbers;
}

std::uint16_t number_of(std::string_view text,
                        const std::map<std::string, std::uint16_t, std::less<>> &numbers) {
  if (const auto number = In::hex16_of(text))
    return *number;
  const auto found = numbers.find(text);
  return found == numbers.end() ? record::kNoCode : found->second;
}

std::uint16_t version_of(std::string_view text) {
  static const auto kNumbers = [] {
    auto numbers = numbers_by([](std::uint16_t n) { return record::version_name(n); });
    numbers["SSLv2"] = 0x0002;
    return numbers;
  }();
  return number_of(text, kNumbers);
}

std::uint16_t group_of(std::string_view text) {
  static const auto kNumbers = numbers_by(record::group_name);
  return number_of(text, kNumbers);
}

struct MessageCode {
  std::uint8_t content = 22, type = 0;
};

// By its name; what has none is told with its number.
MessageCode message_of(std::string_view name, bool encrypted) {
  using Codes = std::map<std::string, MessageCode, std::less<>>;
  static const auto kCodes = [] {
    std::array<Codes, 2> codes;
    for (const bool hidden : {false, true})
      for (const int content : {22, 20})
        for (int type = 0; type < 256; ++type) {
          const MessageCode code{static_cast<std::uint8_t>(content),
                                 static_cast<std::uint8_t>(type)};
          codes[hidden ? 1 : 0].emplace(record::message_name(code.content, code.type, hidden),
                                        code);
        }
    return codes;
  }();
  const Codes &codes = kCodes[encrypted ? 1 : 0];
  const auto found = codes.find(name);
  return found == codes.end() ? MessageCode{} : found->second;
}

void certificate_of(const In &in, Record &record, record::Certificate &to) {
  if (!in.is_there())
    return;
  in.number("chain_length", to.chain_length);
  to.known = in.digest("sha256", to.sha256);
  (void)in.digest("sha1", to.sha1);
  to.parsed = in.has("self_signed");
  to.self_signed = in.flag("self_signed");
  in.number("key_bits", to.key_bits);
  for (std::uint8_t type = 1; !record::key_type_name(type).empty(); ++type)
    if (record::key_type_name(type) == in.text("key_type"))
      to.key_type = type;
  const auto date = [&](const char *key, std::int64_t &seconds) {
    if (const auto time = wall_time_of(in.text(key)))
      seconds = time->seconds;
  };
  date("not_before", to.not_before);
  date("not_after", to.not_after);
  to.subject = record.put(in.text("subject"));
  to.issuer = record.put(in.text("issuer"));
  to.serial = record.put(in.text("serial"));
  to.san = record.put(joined(in, "san", '\n'));
}

void messages_of(const In &in, const Record &record, record::Tls &tls) {
  in.each("messages", [&](const Json &item) {
    const In one(&item);
    record::Message message;
    message.encrypted = one.flag("encrypted");
    const MessageCode code = message_of(one.text("name"), message.encrypted);
    message.content = code.content;
    message.type = code.type;
    one.number("type", message.type);
    one.side("from", message.from);
    one.number("packet", message.packet);
    message.time = one.after(record.first, "time");
    (void)tls.messages.push(message);
  });
}

void alerts_of(const In &in, const Record &record, record::Tls &tls) {
  in.each("alerts", [&](const Json &item) {
    const In one(&item);
    record::Alert alert;
    const std::string_view level = one.text("level");
    alert.level = level == "warning" ? 1 : level == "fatal" ? record::kFatalAlert : 0;
    one.number("code", alert.code);
    one.side("sender", alert.from);
    alert.encrypted = one.flag("encrypted");
    one.number("packet", alert.packet);
    alert.time = one.after(record.first, "time");
    (void)tls.alerts.push(alert);
  });
}

void groups_of(const In &in, record::Tls &tls) {
  std::string bytes;
  in.each("groups_offered", [&](const Json &item) {
    if (!item.is_string())
      return;
    const std::uint16_t number = group_of(*item.get_ptr<const std::string *>());
    bytes += static_cast<char>(number >> 8);
    bytes += static_cast<char>(number & 0xff);
  });
  (void)tls.groups_offered.assign(bytes);
  in.number("groups_dropped", tls.groups_dropped);
}

} // namespace

void tls_of_json(const In &in, Record &record) {
  record::Tls &tls = record.tls;
  tls.present = in.is_there();
  if (!tls.present)
    return;
  in.code("version_id", tls.version);
  tls.client_version = version_of(in.text("client_version"));
  in.code("cipher_id", tls.cipher);
  tls.curve = group_of(in.text("curve"));
  tls.sni = record.put(in.text("sni"));
  tls.alpn = record.put(in.text("alpn"));
  tls.alpn_offered = record.put(joined(in, "alpn_offered", '\n'));
  groups_of(in, tls);
  tls.has_ja3 = in.digest("ja3", tls.ja3);
  tls.has_ja3s = in.digest("ja3s", tls.ja3s);
  const std::string_view ja4 = in.text("ja4");
  tls.has_ja4 = ja4.size() == tls.ja4.size();
  if (tls.has_ja4)
    std::copy(ja4.begin(), ja4.end(), tls.ja4.begin());
  for (const auto &[key, to] : std::initializer_list<std::pair<const char *, bool *>>{
           {"established", &tls.established},
           {"resumed", &tls.resumed},
           {"hello_retry", &tls.hello_retry},
           {"early_data", &tls.early_data},
           {"ech", &tls.ech},
           {"client_certificate_requested", &tls.client_certificate_requested},
           {"sslv2_hello", &tls.sslv2_hello}})
    in.flag(key, *to);
  if (in.has("client_certificate_sent"))
    tls.client_certificate =
        in.flag("client_certificate_sent") ? record::Sent::yes : record::Sent::no;
  messages_of(in, record, tls);
  alerts_of(in, record, tls);
  in.number("messages_dropped", tls.messages_dropped);
  in.number("messages_unread", tls.messages_unread);
  in.number("alerts_dropped", tls.alerts_dropped);
  certificate_of(in.in("certificate"), record, tls.certificate.server);
  certificate_of(in.in("client_certificate"), record, tls.certificate.client);
}

} // namespace handspan::render
