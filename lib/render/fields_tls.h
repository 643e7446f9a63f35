// The fields of a record: TLS. Internal to lib/render.
#pragma once

#include "render/field.h"

#include "record/names.h"

namespace handspan::render::table {

using record::Alert;
using record::Certificate;
using record::Message;
using record::Record;
using record::Tls;

inline std::string_view name_of(const Message &m) {
  return record::message_name(m.content, m.type, m.encrypted);
}

// A handshake's event has no messages.
inline constexpr auto kMessages = list<"messages">(
    [](const Record &r, const Tls &t) {
      return r.kind == record::Kind::connection ? &t.messages : nullptr;
    },
    "its messages, in the order they were complete", "各握手消息，按完成先后",
    field<"name">([](const Message &m) { return Name{name_of(m)}; }, "which message", "消息名称"),
    field<"type">([](const Message &m) { return when(name_of(m) == "unknown_handshake", m.type); },
                  "its number, where it has no name", "没有名称时的编号"),
    field<"from">(&Message::from, "who sent it", "由谁发出"),
    field<"packet">([](const Message &m) { return when(m.packet > 0, m.packet); },
                    "the packet that completed it", "使其完整的包"),
    field<"time">(
        [](const Record &r, const Message &m) {
          return Span{r.first, m.time};
        },
        "from the first packet", "自首包起的时间"),
    field<"encrypted">([](const Message &m) { return if_so(m.encrypted); },
                       "its name is told by its place alone", "加密，名称只由位置推断"));

constexpr std::string_view level_of(const Alert &a) {
  return a.level == 1 ? "warning" : a.level == 2 ? "fatal" : "unknown";
}
inline std::string_view name_of(const Alert &a) {
  const std::string_view name = record::alert_name(a.code);
  return name.empty() ? "unknown" : name;
}

inline constexpr auto kAlerts = list<"alerts">(
    [](const Tls &t) { return &t.alerts; }, "its alerts", "各告警",
    field<"level">([](const Alert &a) { return when(!a.encrypted, Name{level_of(a)}); },
                   "warning or fatal; of an encrypted one unknown",
                   "warning 或 fatal；加密的告警不详"),
    field<"code">([](const Alert &a) { return when(!a.encrypted, a.code); }, "its number",
                  "告警编号"),
    field<"name">([](const Alert &a) { return when(!a.encrypted, Name{name_of(a)}); }, "its name",
                  "告警名称"),
    field<"sender">(&Alert::from, "who sent it", "由谁发出"),
    field<"encrypted">(&Alert::encrypted, "only its sender is known", "加密，只知发送方"),
    field<"packet">([](const Alert &a) { return when(a.packet > 0, a.packet); },
                    "its packet in the file", "所在的包"),
    field<"time">(
        [](const Record &r, const Alert &a) {
          return Span{r.first, a.time};
        },
        "from the first packet", "自首包起的时间"));

template <class T> constexpr auto parsed(T Certificate::*member) {
  return [member](const Certificate &c) { return when(c.parsed, c.*member); };
}

template <KeyText kName, base::Side kSide>
constexpr auto certificate(std::string_view english, std::string_view chinese) {
  return object<kName>(
      [](const Tls &t) {
        const Certificate &c = t.certificate[kSide];
        return c.chain_length == 0 ? nullptr : &c;
      },
      english, chinese, field<"subject">(parsed(&Certificate::subject), "subject", "使用者"),
      field<"issuer">(parsed(&Certificate::issuer), "issuer", "颁发者"),
      field<"san">([](const Certificate &c) { return when(c.parsed, Lines{c.san}); },
                   "names that it holds for", "证书所含名称"),
      field<"serial">(parsed(&Certificate::serial), "serial number", "序列号"),
      field<"not_before">([](const Certificate &c) { return when(c.parsed, Date{c.not_before}); },
                          "valid from", "生效时间"),
      field<"not_after">([](const Certificate &c) { return when(c.parsed, Date{c.not_after}); },
                         "valid until", "到期时间"),
      field<"key_type">(
          [](const Certificate &c) {
            const std::string_view name = record::key_type_name(c.key_type);
            return when(c.parsed && !name.empty(), Name{name});
          },
          "kind of its key: rsa, ec, ed25519, sm2, ml_dsa_65 …",
          "密钥种类：rsa、ec、ed25519、sm2、ml_dsa_65 等"),
      field<"key_bits">(
          [](const Certificate &c) { return when(c.parsed && c.key_bits > 0, c.key_bits); },
          "length of its key", "密钥长度"),
      field<"self_signed">(parsed(&Certificate::self_signed), "signed by itself", "自签名"),
      field<"sha1">([](const Certificate &c) { return Digest{c.sha1}; }, "SHA-1 of it",
                    "证书的 SHA-1"),
      field<"sha256">([](const Certificate &c) { return Digest{c.sha256}; }, "SHA-256 of it",
                      "证书的 SHA-256"),
      field<"chain_length">(&Certificate::chain_length, "certificates in the chain",
                            "证书链中的证书数"));
}

inline constexpr auto kTls = object<"tls">(
    [](const Record &r) { return r.tls.present ? &r.tls : nullptr; }, "there if TLS was recognised",
    "识别出 TLS 时才有",
    field<"version">(
        [](const Tls &t) {
          return Coded<std::string>{record::version_name(t.version), t.version};
        },
        "version that the server chose", "服务器选定的版本"),
    field<"version_id">(
        [](const Tls &t) { return when(t.version != record::kNoCode, Code<4>{t.version}); },
        "the same as a number", "版本号"),
    field<"client_version">(
        [](const Tls &t) {
          return Coded<std::string>{record::version_name(t.client_version), t.client_version};
        },
        "the highest version that the client offered", "客户端提供的最高版本"),
    field<"cipher">(
        [](const Tls &t) {
          return Coded<std::string_view>{record::cipher_name(t.cipher), t.cipher};
        },
        "cipher suite that the server chose", "服务器选定的密码套件"),
    field<"cipher_id">(
        [](const Tls &t) { return when(t.cipher != record::kNoCode, Code<4>{t.cipher}); },
        "the same as a number", "密码套件编号"),
    field<"curve">(
        [](const Tls &t) {
          return Coded<std::string_view>{record::group_name(t.curve), t.curve};
        },
        "named group of the key exchange", "密钥交换所用的群"),
    field<"sni">(&Tls::sni, "server name that the client asked for",
                 "客户端请求的服务器名称（SNI）"),
    field<"alpn">(&Tls::alpn, "application protocol that was agreed on", "协商的应用层协议"),
    field<"alpn_offered">([](const Tls &t) { return Lines{t.alpn_offered}; },
                          "application protocols that the client offered",
                          "客户端提供的应用层协议"),
    field<"groups_offered">([](const Tls &t) { return Groups{&t}; },
                            "named groups that the client offered, GREASE left out",
                            "客户端提供的密钥交换群（不含 GREASE）"),
    field<"groups_dropped">(
        [](const Tls &t) { return when(t.groups_dropped > 0, t.groups_dropped); },
        "offered groups that found no room in the record", "记录容纳不下的密钥交换群数"),
    field<"ja3">(
        [](const Tls &t) {
          return Digest{t.ja3, t.has_ja3};
        },
        "JA3 of the Client Hello", "Client Hello 的 JA3 指纹"),
    field<"ja3s">(
        [](const Tls &t) {
          return Digest{t.ja3s, t.has_ja3s};
        },
        "JA3S of the Server Hello", "Server Hello 的 JA3S 指纹"),
    field<"ja4">(
        [](const Tls &t) { return when(t.has_ja4, std::string_view(t.ja4.data(), t.ja4.size())); },
        "JA4 of the Client Hello", "Client Hello 的 JA4 指纹"),
    field<"established">(&Tls::established, "both sides went past the handshake",
                         "双方都完成了握手"),
    field<"resumed">([](const Tls &t) { return when(t.version != record::kNoCode, t.resumed); },
                     "an earlier session was resumed", "恢复了先前的会话"),
    field<"hello_retry">(&Tls::hello_retry, "the server asked for another Client Hello",
                         "服务器要求重发 Client Hello"),
    field<"early_data">(&Tls::early_data, "the client offered early data", "客户端提供了早期数据"),
    field<"ech">(&Tls::ech, "Encrypted Client Hello", "使用了加密的 Client Hello（ECH）"),
    field<"client_certificate_requested">(&Tls::client_certificate_requested,
                                          "the server asked for the client's certificate",
                                          "服务器要求客户端证书"),
    field<"client_certificate_sent">(
        [](const Tls &t) {
          return when(t.client_certificate != record::Sent::unknown,
                      t.client_certificate == record::Sent::yes);
        },
        "and the client sent one (false: an empty list)", "客户端发送了证书（false：空列表）"),
    field<"sslv2_hello">([](const Tls &t) { return if_so(t.sslv2_hello); },
                         "the hello had SSLv2's form", "hello 采用 SSLv2 的格式"),
    kMessages,
    field<"messages_dropped">(
        [](const Tls &t) { return when(t.messages_dropped > 0, t.messages_dropped); },
        "messages that found no room in the record", "记录容纳不下的消息数"),
    field<"messages_unread">(
        [](const Tls &t) { return when(t.messages_unread > 0, t.messages_unread); },
        "messages that were too long to be read, or found no buffer",
        "过长或没有缓冲而未读的消息数"),
    kAlerts,
    field<"alerts_dropped">(
        [](const Tls &t) { return when(t.alerts_dropped > 0, t.alerts_dropped); },
        "alerts that found no room in the record", "记录容纳不下的告警数"),
    certificate<"certificate", base::Side::server>("the server's certificate", "服务器证书"),
    certificate<"client_certificate", base::Side::client>("the client's certificate",
                                                          "客户端证书"));

} // namespace handspan::render::table
