#include "sinks/clickhouse/schema.h"

#include "sinks/clickhouse/columns.h"

#include <string_view>
#include <vector>

namespace handspan::exporter::clickhouse {
namespace {

struct Line {
  std::string text, help;
};
using Lines = std::vector<Line>;

template <class Of> Lines declared(const Columns<Of> &columns, Flavour flavour) {
  Lines lines;
  for (const Column<Of> &column : columns) {
    const std::string &type = flavour == Flavour::base ? column.types.base : column.types.modern;
    if (!type.empty())
      lines.push_back({column.name + ' ' + type, column.help});
  }
  return lines;
}

std::string table(const std::string &name, const Lines &columns, const std::string &engine,
                  const std::string &more = "") {
  std::string out = "CREATE TABLE IF NOT EXISTS handspan." + name + "\n(\n";
  for (const Line &line : columns)
    out += "  " + line.text + (&line == &columns.back() ? "" : ",") +
           (line.help.empty() ? "" : " -- " + line.help) + '\n';
  return out + ")\n" + engine + (more.empty() ? "" : "\n" + more) + ";\n\n";
}

constexpr std::string_view kHead =
    R"(-- Made by tools/make-clickhouse from the record's definition. docs/scale.md says what the tables are for.
--   clickhouse-client --multiquery < )";

// Ids as the record's JSON has them, and addresses as texts. An alias can't be made of another one.
Lines aliases(Flavour flavour) {
  const bool base = flavour == Flavour::base;
  const std::string start = "substring(concat('0000000000000000', lower(hex(start))), -16)";
  const auto whole = [&](const std::string &number) {
    return base ? number + "_high * 65536 + " + number + "_low" : number;
  };
  const auto address = [&](const char *column) {
    return std::string(" String ALIAS replaceRegexpOne(") +
           (base ? "IPv6NumToString" : "toString") + '(' + column + "), '^::ffff:', '')";
  };
  Lines lines = {{"id String ALIAS concat(" + start + ", ':', toString(worker), ':', toString(" +
                      whole("number") + "))",
                  ""},
                 {"flow_id String ALIAS concat('0x', " + start +
                      ", lower(hex(worker)), replaceRegexpOne(lower(hex(" + whole("flow") +
                      ")), '^0', ''))",
                  ""},
                 {"client" + address("src_ip"), "src_ip as a text"},
                 {"server" + address("dest_ip"), "dest_ip as a text"}};
  if (base)
    for (const Column<Row> &column : connection_columns())
      if (column.types.base.empty())
        lines.push_back({column.name + " UInt64 ALIAS " + whole(column.name), column.help});
  return lines;
}

// Every row's place is its own (start, worker, number). What stands before that brings together
// what is alike, which is what keeps a record small.
std::string connections(Flavour flavour) {
  const bool modern = flavour == Flavour::modern;
  Lines lines = declared(connection_columns(), flavour);
  for (const Line &alias : aliases(flavour))
    lines.push_back(alias);
  return "-- A row for each record. One that comes twice has the same key, and counts once: "
         "FINAL.\n" +
         table("connections", lines,
               "ENGINE = ReplacingMergeTree\n"
               "PARTITION BY toYYYYMMDD(timestamp)\n"
               "ORDER BY (toStartOfHour(timestamp), probe, dest_ip, dest_port, tls_ja4, "
               "start, worker, " +
                   std::string(modern ? "number)" : "number_high, number_low)"),
               modern
                   ? "TTL toDateTime(timestamp) + INTERVAL 30 DAY\n"
                     "SETTINGS non_replicated_deduplication_window = 1000, ttl_only_drop_parts = 1"
                   : "");
}

std::string certificates(Flavour flavour) {
  return "-- A row for each certificate, side, probe and day: with GROUP BY sha256 it counts "
         "once.\n" +
         table("certificates", declared(certificate_columns(), flavour),
               "ENGINE = ReplacingMergeTree(last_seen)\n"
               "PARTITION BY toYYYYMM(day)\n"
               "ORDER BY (sha256, side, probe, day)",
               flavour == Flavour::modern ? "TTL day + INTERVAL 400 DAY" : "");
}

std::string minutes(Flavour flavour) {
  return "-- What the probes have summed up. A minute that is told again takes the other's place: "
         "FINAL.\n" +
         table("minutes", declared(minute_columns(), flavour),
               "ENGINE = ReplacingMergeTree(told)\n"
               "PARTITION BY toYYYYMM(minute)\n"
               "ORDER BY (minute, probe, instance, start)",
               flavour == Flavour::modern ? "TTL minute + INTERVAL 90 DAY" : "");
}

// Numbers of a minute of which an hour has the sum.
std::vector<std::string> summed() {
  std::vector<std::string> names;
  for (const Column<Minute> &column : minute_columns())
    if (column.name == "opened" || column.name.starts_with("ended_") || column.name == "packets" ||
        column.name == "bytes" || column.name == "dropped" ||
        (column.name.starts_with("timings_") && column.name.ends_with("_count") &&
         !column.name.ends_with("histogram_count")))
      names.push_back(column.name);
  return names;
}

// A number at its minute's place among the sixty of its hour.
std::string at_its_place(const std::string &number) {
  return "maxForEachState(arrayPushBack(arrayResize(emptyArrayUInt64(), toMinute(minute)), " +
         number + "))";
}

std::string hour_view(const std::string &name, const std::string &more_keys,
                      const std::string &from, const std::vector<std::string> &states,
                      const std::vector<std::string> &sums) {
  const std::string keys = "hour, probe, instance, start" + more_keys;
  std::string kept, read;
  for (const std::string &state : states)
    kept += ",\n  " + state;
  for (const std::string &sum : sums)
    read += ",\n  arraySum(maxForEachMerge(" + sum + "_of)) AS " + sum;
  return "CREATE MATERIALIZED VIEW IF NOT EXISTS handspan." + name +
         "_kept\nENGINE = AggregatingMergeTree\nPARTITION BY toYYYYMM(hour)\nORDER BY (" + keys +
         ")\nAS SELECT toStartOfHour(minute) AS hour, probe, instance, start" + more_keys + kept +
         "\nFROM handspan.minutes" + from + "\nGROUP BY " + keys +
         ";\n\nCREATE VIEW IF NOT EXISTS handspan." + name + " AS\nSELECT " + keys + read +
         "\nFROM handspan." + name + "_kept\nGROUP BY " + keys + ";\n";
}

std::string hours() {
  std::vector<std::string> states;
  const std::vector<std::string> sums = summed();
  states.reserve(sums.size());
  for (const std::string &sum : sums)
    states.push_back(at_its_place(sum) + " AS " + sum + "_of");
  return "-- Hours out of minutes. Each number has sixty places, one a minute, and of what comes "
         "twice to a place\n"
         "-- the greater stays: so an hour is right whatever is sent again, and in whatever "
         "order.\n" +
         hour_view("hours", "", "", states, sums) + '\n' +
         hour_view("hours_failed", ", cause",
                   "\nARRAY JOIN failed_cause AS cause, failed_count AS failures",
                   {at_its_place("failures") + " AS failed_of"}, {"failed"});
}

} // namespace

std::string schema(Flavour flavour) {
  const std::string file = flavour == Flavour::base ? "base.sql" : "modern.sql";
  const std::string of =
      flavour == Flavour::base
          ? "-- For ClickHouse from 18.16 on.\n\n"
          : "-- For ClickHouse from 22.8 on: nanoseconds, codecs, and an end for what is old.\n\n";
  return std::string(kHead) + file + '\n' + of + "CREATE DATABASE IF NOT EXISTS handspan;\n\n" +
         connections(flavour) + certificates(flavour) + minutes(flavour) + hours();
}

} // namespace handspan::exporter::clickhouse
