#include "formats/zeek.h"

#include "formats/ids.h"
#include "record/names.h"
#include "render/community_id.h"
#include "render/csv.h"
#include "render/facts.h"
#include "render/units.h"

#include <cstdio>
#include <ctime>
#include <vector>

namespace handspan::formats {
namespace {

using record::kNever;
using record::Record;

constexpr std::string_view kUnset = "-", kEmpty = "(empty)";

struct Columns {
  std::string_view path, fields, types;
};
constexpr Columns kColumns[] = {
    {"conn",
     "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\t"
     "resp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\t"
     "orig_ip_bytes\tresp_pkts\tresp_ip_bytes\ttunnel_parents\tcommunity_id",
     "time\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tboo"
     "l"
     "\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]\tstring"},
    {"ssl",
     "ts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tversion\tcipher\tcurve\tserver_name\t"
     "resumed\tlast_alert\tnext_protocol\testablished\tssl_history\tcert_chain_fps\t"
     "client_cert_chain_fps\tsni_matches_cert",
     "time\tstring\taddr\tport\taddr\tport\tstring\tstring\tstring\tstring\tbool\tstring\tstring\t"
     "bool\tstring\tvector[string]\tvector[string]\tbool"},
    {"x509",
     "ts\tfingerprint\tcertificate.version\tcertificate.serial\tcertificate.subject\t"
     "certificate.issuer\tcertificate.not_valid_before\tcertificate.not_valid_after\t"
     "certificate.key_alg\tcertificate.sig_alg\tcertificate.key_type\tcertificate.key_length\t"
     "certificate.exponent\tcertificate.curve\tsan.dns\tsan.uri\tsan.email\tsan.ip\t"
     "basic_constraints.ca\tbasic_constraints.path_len\thost_cert\tclient_cert",
     "time\tstring\tcount\tstring\tstring\tstring\ttime\ttime\tstring\tstring\tstring\tcount\tstrin"
     "g\t"
     "string\tvector[string]\tvector[string]\tvector[string]\tvector[addr]"
     "\tbool\tcount\tbool\tbool"},
};

const Columns &columns(ZeekLog log) {
  return kColumns[static_cast<std::size_t>(log)];
}

// Seconds with six decimals, what is beyond them cut off.
std::string seconds(base::Nanos length) {
  base::Nanos whole = length / base::kSecond, rest = length % base::kSecond;
  if (rest < 0) {
    --whole;
    rest += base::kSecond;
  }
  char text[40];
  (void)std::snprintf(text, sizeof text, "%lld.%06d", static_cast<long long>(whole),
                      static_cast<int>(rest / base::kMicrosecond));
  return text;
}

std::string day(base::Nanos moment) {
  const std::time_t at = moment / base::kSecond;
  std::tm parts{};
  gmtime_r(&at, &parts);
  char text[32];
  (void)std::strftime(text, sizeof text, "%Y-%m-%d-%H-%M-%S", &parts);
  return text;
}

// Whatever is no printable ASCII or UTF-8, and what separates, as \xHH; a text that would be read
// as none, or as an empty one, gets its first character so.
void put_escaped(std::string &out, char c) {
  char text[8];
  (void)std::snprintf(text, sizeof text, "\\x%02x",
                      static_cast<unsigned>(static_cast<unsigned char>(c)));
  out += text;
}
std::string escaped(std::string_view text, bool in_set) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\' || (in_set && c == ','))
      put_escaped(out, c);
    else
      out += c;
  }
  if (text == kUnset || text == kEmpty) {
    out.erase(0, 1);
    std::string first;
    put_escaped(first, text[0]);
    out.insert(0, first);
  }
  return out;
}

class Line {
public:
  Line &text(std::string_view value) {
    return cell(value.empty() ? std::string(kUnset) : escaped(value, false));
  }
  Line &number(std::uint64_t value) { return cell(std::to_string(value)); }
  Line &yes(bool value) { return cell(value ? "T" : "F"); }
  Line &unset() { return cell(std::string(kUnset)); }
  Line &none() { return cell(std::string(kEmpty)); }
  Line &list(const std::vector<std::string> &values) {
    if (values.empty())
      return none();
    std::string all;
    for (const std::string &value : values)
      all += (all.empty() ? "" : ",") + escaped(value, true);
    return cell(all);
  }
  Line &cell(const std::string &value) {
    out_ += (out_.empty() ? "" : "\t") + value;
    return *this;
  }
  std::string end() { return std::move(out_) + '\n'; }

private:
  std::string out_;
};

Line head(const Record &record, base::Nanos at) {
  Line line;
  line.cell(seconds(at))
      .cell(zeek_uid(record))
      .cell(render::address(record.client))
      .number(record.client_port)
      .cell(render::address(record.server))
      .number(record.server_port);
  return line;
}

std::string value(const std::string &path, const Record &record) {
  return render::values_text(*render::find_field(path), record, render::Language::en);
}

// Zeek calls TLS "ssl".
std::string service(const Record &record) {
  return record.tls.present ? "ssl" : app_protocol(record);
}

std::string conn_line(const Record &record) {
  const record::Tcp &tcp = record.tcp;
  return head(record, record.first)
      .cell("tcp")
      .text(service(record))
      .cell(seconds(base::elapsed(record.first, record.last)))
      .number(tcp.payload_bytes.client)
      .number(tcp.payload_bytes.server)
      .text(name(tcp.conn_state))
      .unset()
      .unset()
      .number(tcp.gap_bytes.client + tcp.gap_bytes.server)
      .text(tcp.history.view())
      .number(tcp.packets.client)
      .unset() // of IP: frames alone are counted
      .number(tcp.packets.server)
      .unset()
      .none()
      .text(render::community_id(record).view())
      .end();
}

// "TLSv12" for "TLSv1.2".
std::string version(std::uint16_t number) {
  std::string text = record::version_name(number);
  if (const std::size_t point = text.find('.'); point != std::string::npos)
    text.erase(point, 1);
  return number == 0x0301 ? "TLSv10" : text;
}

std::string last_alert(const Record &record) {
  for (std::size_t i = record.tls.alerts.count; i > 0; --i)
    if (const record::Alert &alert = record.tls.alerts.items[i - 1]; !alert.encrypted)
      return std::string(record::alert_name(alert.code));
  return {};
}

std::vector<std::string> fingerprint(const char *which, const record::Certificate &certificate,
                                     const Record &record) {
  if (!certificate.known)
    return {};
  return {value(std::string("tls.") + which + ".sha256", record)};
}

std::string ssl_line(const Record &record) {
  const record::Tls &tls = record.tls;
  if (!tls.present)
    return {};
  const auto shown = [&](const std::vector<std::string> &chain, Line &line) -> Line & {
    return chain.empty() ? line.unset() : line.list(chain);
  };
  Line line = head(record, tls.start != kNever ? tls.start : record.first);
  line.text(tls.version == record::kNoCode ? std::string() : version(tls.version))
      .text(render::cipher_text(tls.cipher))
      .text(render::group_text(tls.curve))
      .text(record.view(tls.sni))
      .yes(tls.resumed)
      .text(last_alert(record))
      .text(record.view(tls.alpn))
      .yes(tls.established)
      .text(tls.ssl_history.view());
  shown(fingerprint("certificate", tls.certificate.server, record), line);
  shown(fingerprint("client_certificate", tls.certificate.client, record), line);
  return line.unset().end();
}

// By what it looks like: DNS names are all the rest.
struct Names {
  std::vector<std::string> dns, uri, email, ip;
};
Names names_of(std::string_view all) {
  Names names;
  while (!all.empty()) {
    const std::size_t end = std::min(all.find('\n'), all.size());
    const std::string one(all.substr(0, end));
    all.remove_prefix(std::min(end + 1, all.size()));
    const bool address = one.find_first_not_of("0123456789.") == std::string::npos ||
                         (one.find(':') != std::string::npos &&
                          one.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos);
    (address                                ? names.ip
     : one.find("://") != std::string::npos ? names.uri
     : one.find('@') != std::string::npos   ? names.email
                                            : names.dns)
        .push_back(one);
  }
  return names;
}

std::string certificate_line(const Record &record, const record::Certificate &certificate,
                             const std::string &which, bool of_client) {
  if (!certificate.known || !certificate.parsed)
    return {};
  const auto of = [&](const char *field) { return value("tls." + which + '.' + field, record); };
  const auto moment = [](std::int64_t at) {
    return at == kNever ? std::string(kUnset) : seconds(at * base::kSecond);
  };
  const std::string key = of("key_type");
  const Names names = names_of(record.view(certificate.san));
  const auto shown = [](Line &line, const std::vector<std::string> &list) -> Line & {
    return list.empty() ? line.unset() : line.list(list);
  };
  Line line;
  line.cell(seconds(record.tls.start != kNever ? record.tls.start : record.first))
      .cell(of("sha256"))
      .unset()
      .text(of("serial"))
      .text(record.view(certificate.subject))
      .text(record.view(certificate.issuer))
      .cell(moment(certificate.not_before))
      .cell(moment(certificate.not_after))
      .unset()
      .unset()
      .text(key == "ec" || key == "ec_explicit" ? "ecdsa" : key)
      .number(certificate.key_bits)
      .unset()
      .unset();
  shown(line, names.dns);
  shown(line, names.uri);
  shown(line, names.email);
  shown(line, names.ip);
  return line.unset().unset().yes(true).yes(of_client).end();
}

} // namespace

std::string_view name(ZeekLog log) {
  return columns(log).path;
}

std::string zeek_head(ZeekLog log, base::Nanos opened) {
  const Columns &of = columns(log);
  return "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" +
         std::string(of.path) + "\n#open\t" + day(opened) + "\n#fields\t" + std::string(of.fields) +
         "\n#types\t" + std::string(of.types) + '\n';
}

std::string zeek_tail(base::Nanos closed) {
  return "#close\t" + day(closed) + '\n';
}

std::string zeek_line(ZeekLog log, const Record &record) {
  if (record.kind != record::Kind::connection)
    return {};
  switch (log) {
  case ZeekLog::conn:
    return conn_line(record);
  case ZeekLog::ssl:
    return ssl_line(record);
  case ZeekLog::x509:
    break;
  }
  const auto &shown = record.tls.certificate;
  return certificate_line(record, shown.server, "certificate", false) +
         certificate_line(record, shown.client, "client_certificate", true);
}

} // namespace handspan::formats
