#include "elements.h"

#include "formats/ids.h"
#include "record/names.h"
#include "render/csv.h"
#include "render/facts.h"
#include "render/fields.h"

#include <array>
#include <limits>

namespace handspan::exporter::ipfix {
namespace {

using record::kNever;
using record::Record;

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

enum class Kind : std::uint8_t { row, rate, text, count, time, phase };
struct Entry {
  std::uint16_t number;
  const char *name;
  Kind kind;
  const char *what;
  const render::FieldInfo *field; // of text, count and time
};

const std::vector<Entry> &entries() {
  static const std::vector<Entry> all = {
#define OWN(number, name, kind, what) {number, #name, Kind::kind, what, render::find_field(what)},
#include "elements.def"
#undef OWN
  };
  return all;
}
constexpr bool is_text(Kind kind) {
  return kind == Kind::row || kind == Kind::text;
}

struct First final : render::FieldTest {
  bool holds(const render::FieldValue &value) override {
    number = value.number;
    return true;
  }
  std::uint64_t number = 0;
};

std::uint64_t phase_length(const Record &record, std::string_view name) {
  for (std::size_t i = 0; i < record.phases.size(); ++i)
    if (record::name(static_cast<record::Phase>(i)) == name)
      if (const auto length = render::between(record.phases[i].start, record.phases[i].end))
        return static_cast<std::uint64_t>(*length);
  return kUnknown;
}

std::uint64_t number_of(const Entry &entry, const Row &row) {
  if (entry.kind == Kind::rate)
    return row.rate;
  if (entry.kind == Kind::phase)
    return phase_length(row.record, entry.what);
  First first;
  if (!entry.field->any(row.record, first))
    return entry.kind == Kind::time ? kUnknown : 0;
  return first.number;
}

std::string text_of(const Entry &entry, const Row &row) {
  if (entry.kind == Kind::text)
    return render::values_text(*entry.field, row.record, render::Language::en);
  const std::string_view what = entry.what;
  return what == "id"      ? formats::record_id(row.origin, row.record.worker, row.number)
         : what == "probe" ? row.origin.probe
                           : row.origin.instance;
}

// tcpControlBits, as far as the record tells: PSH and URG are not kept.
std::uint64_t control_bits(const record::Tcp &tcp, base::Side side) {
  constexpr unsigned kFin = 0x01, kSyn = 0x02, kRst = 0x04, kAck = 0x10;
  const bool client = side == base::Side::client;
  unsigned bits = 0;
  bits |= (client ? tcp.syn : tcp.syn_ack) != kNever ? kSyn : 0;
  bits |= (client ? tcp.established : tcp.syn_ack != kNever || tcp.established) ? kAck : 0;
  bits |= tcp.fin[side] > 0 ? kFin : 0;
  bits |= tcp.rst[side] > 0 ? kRst : 0;
  return bits;
}

// flowEndReason: 1 idle timeout, 3 end of the flow seen, 4 forced end.
std::uint64_t end_reason(const Record &record) {
  switch (record.tcp.teardown) {
  case record::Teardown::timeout:
    return 1;
  case record::Teardown::none:
    return 4;
  default:
    return 3;
  }
}

std::span<const std::uint8_t> wire_bytes(const base::Address &address, bool v6) {
  return std::span(address.bytes).subspan(v6 ? 0 : 12);
}

std::uint64_t millis(base::Nanos moment) {
  return moment < 0 ? 0 : static_cast<std::uint64_t>(moment / base::kMillisecond);
}

void take_long_numbers(const Row &row, Taker &taker) {
  const Record &record = row.record;
  const record::Tcp &tcp = record.tcp;
  const auto put = [&](const char *name, std::uint64_t value) { taker.number(name, 8, value); };
  put("flowStartNanoseconds", ntp_time(record.first));
  put("flowEndNanoseconds", ntp_time(record.last));
  put("flowStartMilliseconds", millis(record.first)); // for who has no nanoseconds
  put("flowEndMilliseconds", millis(record.last));
  put("octetDeltaCount", tcp.wire_bytes.client);
  put("reverseOctetDeltaCount", tcp.wire_bytes.server);
  put("packetDeltaCount", tcp.packets.client);
  put("reversePacketDeltaCount", tcp.packets.server);
  put("transportOctetDeltaCount", tcp.payload_bytes.client);
  put("reverseTransportOctetDeltaCount", tcp.payload_bytes.server);
  put("flowId", record.id().key());
  for (const Entry &entry : entries())
    if (!is_text(entry.kind))
      put(entry.name, number_of(entry, row));
}

void take_texts(const Row &row, Taker &taker) {
  const Record &record = row.record;
  taker.text("applicationName", formats::app_protocol(record));
  taker.text("httpRequestMethod", std::string(record.view(record.app.method)));
  taker.text("httpRequestHost", std::string(record.view(record.app.host)));
  for (const Entry &entry : entries())
    if (is_text(entry.kind))
      taker.text(entry.name, text_of(entry, row));
}

void take_short_numbers(const Row &row, Taker &taker) {
  const Record &record = row.record;
  const auto put = [&](const char *name, std::uint64_t value) { taker.number(name, 2, value); };
  put("sourceTransportPort", record.client_port);
  put("destinationTransportPort", record.server_port);
  put("tcpControlBits", control_bits(record.tcp, base::Side::client));
  put("reverseTcpControlBits", control_bits(record.tcp, base::Side::server));
  put("vlanId", record.vlan_count > 0 ? record.vlans[0] : 0);
  put("httpStatusCode", record.app.status);
  taker.number("protocolIdentifier", 1, 6);
  taker.number("flowEndReason", 1, end_reason(record));
  taker.number("biflowDirection", 1, record.tcp.roles_guessed ? 0 : 1); // 1: the source began it
}

} // namespace

bool is_v4(const Record &record) {
  return record.client.is_v4() && record.server.is_v4();
}

void each_element(const Row &row, Taker &taker) {
  take_long_numbers(row, taker);
  take_texts(row, taker);
  const bool v6 = !is_v4(row.record);
  taker.address(v6 ? "sourceIPv6Address" : "sourceIPv4Address", wire_bytes(row.record.client, v6));
  taker.address(v6 ? "destinationIPv6Address" : "destinationIPv4Address",
                wire_bytes(row.record.server, v6));
  take_short_numbers(row, taker);
}

const std::vector<Own> &own_elements() {
  static const std::vector<Own> all = [] {
    std::vector<Own> own;
    for (const Entry &entry : entries())
      own.push_back({entry.number, entry.name, is_text(entry.kind),
                     entry.kind == Kind::time || entry.kind == Kind::phase,
                     entry.field != nullptr ? entry.field->help(render::Language::en)
                                            : std::string_view(entry.what)});
    return own;
  }();
  return all;
}

} // namespace handspan::exporter::ipfix
