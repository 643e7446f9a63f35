// A row of `connections`: whose record it is, and all fields of the record but those that
// kElsewhere names.
#include "sinks/clickhouse/columns.h"

#include "record/names.h"
#include "render/facts.h"

#include <algorithm>

namespace handspan::exporter::clickhouse {
namespace {

using render::FieldInfo;
using render::FieldTest;
using render::FieldType;

// A field, or all that stand in an object.
constexpr std::string_view kElsewhere[] = {
    // What others say, too, or what the table's own columns do.
    "proto", "flow_id", "community_id", "summary", "tls.version_id", "tls.cipher_id",
    // In the table `certificates`; here by its SHA-256.
    "tls.certificate", "tls.client_certificate",
    // Lists that take more room than all the rest.
    "phases", "tls.messages",
    // Lists whose members must stand side by side: see below.
    "tls.alerts", "rules.severity", "rules.tags",
    // Known only to who sees what comes later.
    "retry",
    // Of files alone.
    "decided_by.packet", "icmp.packet",
    // Where in the record the event stands that decided.
    "decided_by.alert", "decided_by.time"};

bool stands_elsewhere(const std::string &path) {
  return std::any_of(std::begin(kElsewhere), std::end(kElsewhere), [&](std::string_view one) {
    return path.starts_with(one) && (path.size() == one.size() || path[one.size()] == '.');
  });
}

bool is_large(const std::string &path) {
  return path.starts_with("packets.") || path.starts_with("wire_bytes.") ||
         path.starts_with("payload_bytes.");
}

constexpr std::uint64_t kOfWorker = (std::uint64_t{1} << 56) - 1; // of a flow id

// A part of a number.
class Part final : public FieldTest {
public:
  Part(FieldTest &to, bool high) : to_(to), high_(high) {}
  bool holds(const render::FieldValue &value) override {
    return to_.holds({high_ ? value.number >> 16 : value.number & 0xffff, {}, nullptr});
  }

private:
  FieldTest &to_;
  bool high_;
};

// Numbers that are large and different in each row. The base keeps them in two parts, X_high and
// X_low: without a codec the zeros in front of a number take as much room as the number.
void add_in_parts(Columns<Row> &to, const Column<Row> &whole) {
  to.push_back({whole.name, {"", whole.types.modern}, whole.help, whole.give});
  for (const bool high : {true, false})
    to.push_back({whole.name + (high ? "_high" : "_low"),
                  {high ? "UInt64" : "UInt16", ""},
                  high ? whole.name + " in units of 65,536" : "and the rest",
                  [give = whole.give, high](const Row &row, FieldTest &test) {
                    Part part(test, high);
                    give(row, part);
                  }});
}

Columns<Row> of_its_own() {
  return {
      {"start", key("UInt64"),
       "which start of which daemon; with worker and number the record's id",
       [](const Row &row, FieldTest &to) { give(to, row.origin.start); }},
      {"worker", key("UInt8"), "of the daemon",
       [](const Row &row, FieldTest &to) { give(to, row.record.worker); }},
      {"rate", number(32), "one of so many records was taken",
       [](const Row &row, FieldTest &to) { give(to, row.rate); }},
      {"timestamp_us",
       {"UInt32", ""},
       "microseconds of the timestamp",
       [](const Row &row, FieldTest &to) {
         const base::Nanos rest = row.record.first % base::kSecond;
         give(to, static_cast<std::uint64_t>((rest + base::kSecond) % base::kSecond) / 1000);
       }},
  };
}

template <class Get> auto each_alert(Get get) {
  return [get](const Row &row, FieldTest &to) {
    for (const record::Alert &alert : row.record.tls.alerts)
      give(to, get(alert));
  };
}

// Of an encrypted alert only the sender is known.
Columns<Row> alerts() {
  return {
      {"tls_alerts_code", several(number(8)), "its alerts: the number",
       each_alert([](const record::Alert &a) {
         return a.encrypted ? std::uint64_t{0} : std::uint64_t{a.code};
       })},
      {"tls_alerts_name", several(word()), "its name; empty: it is encrypted",
       each_alert([](const record::Alert &a) {
         const std::string_view name = record::alert_name(a.code);
         return a.encrypted    ? std::string_view()
                : name.empty() ? std::string_view("unknown")
                               : name;
       })},
      {"tls_alerts_sender", several(word()), "who sent it",
       each_alert([](const record::Alert &a) { return render::side_name(a.from); })},
  };
}

Column<Row> of_field(const FieldInfo &field, const std::string &name) {
  return {name, type_of(field), std::string(field.english),
          [any = field.any](const Row &row, FieldTest &to) { (void)any(row.record, to); }};
}

} // namespace

const Columns<Row> &connection_columns() {
  static const Columns<Row> all = [] {
    Columns<Row> columns = of_its_own();
    add_in_parts(columns, {"number", number(64), "in the worker's ring",
                           [](const Row &row, FieldTest &to) { give(to, row.number); }});
    add_in_parts(columns,
                 {"flow", number(64), "the worker's number of the connection",
                  [](const Row &row, FieldTest &to) { give(to, row.record.flow_id & kOfWorker); }});
    const std::vector<FieldInfo> &fields = render::fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const bool of_both =
          i + 1 < fields.size() && fields[i + 1].path == fields[i].path + ".client";
      if (fields[i].type == FieldType::object || of_both || stands_elsewhere(fields[i].path))
        continue;
      const Column<Row> column = of_field(fields[i], column_name(fields[i].path));
      if (is_large(fields[i].path))
        add_in_parts(columns, column);
      else
        columns.push_back(column);
    }
    for (Column<Row> &column : alerts())
      columns.push_back(std::move(column));
    for (const char *path : {"tls.certificate.sha256", "tls.client_certificate.sha256"})
      columns.push_back(of_field(*render::find_field(path), column_name(path)));
    return columns;
  }();
  return all;
}

} // namespace handspan::exporter::clickhouse
