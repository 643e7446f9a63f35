#include "formats/eve.h"

#include "formats/ids.h"
#include "record/names.h"
#include "render/community_id.h"
#include "render/csv.h"
#include "render/facts.h"
#include "render/units.h"

#include <nlohmann/json.hpp>

#include <ctime>

namespace handspan::formats {
namespace {

using Json = nlohmann::ordered_json;
using record::kNever;
using record::Record;

// "2026-12-01T09:00:00.000000+0000"
std::string moment(record::Nanos at) {
  std::time_t seconds = at / base::kSecond;
  record::Nanos rest = at % base::kSecond;
  if (rest < 0) {
    --seconds;
    rest += base::kSecond;
  }
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t end = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  (void)std::snprintf(text + end, sizeof text - end, ".%06d+0000",
                      static_cast<int>(rest / base::kMicrosecond));
  return text;
}

// "2026-12-01T09:00:00", of a certificate.
std::string date(std::int64_t seconds) {
  return moment(seconds * base::kSecond).substr(0, 19);
}

std::string value(const char *path, const Record &record) {
  return render::values_text(*render::find_field(path), record, render::Language::en);
}

void put(Json &object, const char *name, std::string_view text) {
  if (!text.empty())
    object[name] = text;
}

Json head(const Record &record, const char *event, record::Nanos at) {
  Json out{
      {"timestamp", moment(at)}, {"flow_id", short_flow_id(record.flow_id)}, {"event_type", event}};
  for (std::size_t i = 0; i < record.vlan_count && i < record.vlans.size(); ++i)
    out["vlan"].push_back(record.vlans[i]);
  out["src_ip"] = render::address(record.client);
  out["src_port"] = record.client_port;
  out["dest_ip"] = render::address(record.server);
  out["dest_port"] = record.server_port;
  out["proto"] = "TCP";
  put(out, "host", record.probe.name.view());
  put(out, "community_id", render::community_id(record).view());
  return out;
}

// What neither of the two events has a place for.
Json own(const Record &record) {
  Json out{{"flow_id", value("flow_id", record)},
           {"phase", name(record.phase)},
           {"outcome", name(record.outcome)}};
  for (const char *field : {"cause", "by", "step", "rule", "confidence", "summary"})
    put(out, field, value(field, record));
  return out;
}

// As Suricata has them: who knows both handshakes calls it established, until one end closes.
const char *flow_state(const Record &record) {
  if (record.tcp.teardown != record::Teardown::none &&
      record.tcp.teardown != record::Teardown::timeout)
    return "closed";
  return record.tcp.established ? "established" : "new";
}

Json flow_event(const Record &record) {
  const record::Tcp &tcp = record.tcp;
  Json out = head(record, "flow", record.last);
  if (const std::string app = app_protocol(record); !app.empty())
    out["app_proto"] = app;
  out["flow"] = {{"pkts_toserver", tcp.packets.client},
                 {"pkts_toclient", tcp.packets.server},
                 {"bytes_toserver", tcp.wire_bytes.client},
                 {"bytes_toclient", tcp.wire_bytes.server},
                 {"start", moment(record.first)},
                 {"end", moment(record.last)},
                 {"age", base::forward(record.first, record.last) / base::kSecond},
                 {"state", flow_state(record)},
                 {"reason", tcp.teardown == record::Teardown::timeout ? "timeout" : "unknown"},
                 {"alerted", !record.rules.empty()}};
  Json flags = Json::object();
  const auto set = [&flags](const char *flag, bool yes) {
    if (yes)
      flags[flag] = true;
  };
  set("syn", tcp.syn != kNever || tcp.syn_ack != kNever);
  set("fin", tcp.fin.client + tcp.fin.server > 0);
  set("rst", tcp.rst.client + tcp.rst.server > 0);
  set("ack", tcp.syn_ack != kNever || tcp.established);
  flags["state"] = flow_state(record);
  out["tcp"] = std::move(flags);
  out["handspan"] = own(record);
  return out;
}

// "TLS 1.2" (SSLVersionToString of Suricata's app-layer-ssl.c)
std::string version(const Record &record) {
  switch (record.tls.version) {
  case 0x0002:
    return "SSLv2";
  case 0x0300:
    return "SSLv3";
  case 0x0301:
    return "TLSv1";
  case 0x0302:
    return "TLS 1.1";
  case 0x0303:
    return "TLS 1.2";
  case 0x0304:
    return "TLS 1.3";
  default:
    return "UNDETERMINED";
  }
}

// "AB:CD" of "abcd", in the case that Suricata has: serials in capitals, digests in small letters.
std::string with_colons(std::string_view hex, bool capitals) {
  std::string out;
  for (std::size_t i = 0; i < hex.size(); ++i) {
    if (i > 0 && (hex.size() - i) % 2 == 0)
      out += ':';
    const char c = hex[i];
    out += capitals && c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

void put_certificate(Json &tls, const Record &record) {
  const record::Certificate &c = record.tls.certificate.server;
  if (!c.parsed)
    return;
  put(tls, "subject", record.view(c.subject));
  put(tls, "issuerdn", record.view(c.issuer));
  put(tls, "serial", with_colons(value("tls.certificate.serial", record), true));
  put(tls, "fingerprint", with_colons(value("tls.certificate.sha1", record), false));
  if (c.not_before != kNever)
    tls["notbefore"] = date(c.not_before);
  if (c.not_after != kNever)
    tls["notafter"] = date(c.not_after);
  for (std::string_view names = record.view(c.san); !names.empty();) {
    const std::size_t end = std::min(names.find('\n'), names.size());
    tls["subjectaltname"].push_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

Json tls_event(const Record &record) {
  const record::Tls &of = record.tls;
  Json out = head(record, "tls", of.start != kNever ? of.start : record.first);
  Json tls = Json::object();
  put_certificate(tls, record);
  put(tls, "sni", record.view(of.sni));
  tls["version"] = version(record);
  if (of.resumed)
    tls["session_resumed"] = true;
  if (of.has_ja3)
    tls["ja3"] = {{"hash", value("tls.ja3", record)}};
  if (of.has_ja3s)
    tls["ja3s"] = {{"hash", value("tls.ja3s", record)}};
  put(tls, "ja4", value("tls.ja4", record));
  out["tls"] = std::move(tls);
  out["handspan"] = own(record);
  return out;
}

} // namespace

std::string eve_lines(const Record &record) {
  // In ASCII: what is not to be seen but steers what is stands as \uNNNN.
  const auto line = [](const Json &event) {
    return event.dump(-1, ' ', true, Json::error_handler_t::replace) + '\n';
  };
  std::string out;
  if (record.tls.present)
    out = line(tls_event(record));
  if (record.kind == record::Kind::connection)
    out += line(flow_event(record));
  return out;
}

} // namespace handspan::formats
