// A row of `certificates`: one that was shown, and who showed it last.
#include "sinks/clickhouse/columns.h"

#include "render/facts.h"

namespace handspan::exporter::clickhouse {
namespace {

using render::FieldInfo;
using render::FieldTest;

const FieldInfo &of_side(base::Side side, const std::string &field) {
  return *render::find_field(
      (side == base::Side::client ? "tls.client_certificate." : "tls.certificate.") + field);
}

Column<Shown> of_certificate(const std::string &field, const Types &types) {
  const FieldInfo *const server = &of_side(base::Side::server, field);
  const FieldInfo *const client = &of_side(base::Side::client, field);
  return {column_name(field), types, std::string(server->english),
          [=](const Shown &shown, FieldTest &to) {
            (void)(shown.side == base::Side::client ? client : server)->any(shown.row.record, to);
          }};
}

Column<Shown> of_record(const char *path, const Types &types, const char *help) {
  const FieldInfo *const field = render::find_field(path);
  return {column_name(path), types, help,
          [field](const Shown &shown, FieldTest &to) { (void)field->any(shown.row.record, to); }};
}

void give_last(const Shown &shown, FieldTest &to) {
  give(to, static_cast<std::uint64_t>(shown.row.record.last));
}

} // namespace

const Columns<Shown> &certificate_columns() {
  static const Columns<Shown> all = [] {
    const Types seconds = {"DateTime('UTC')", "DateTime('UTC') CODEC(ZSTD(1))"};
    Columns<Shown> columns = {
        of_certificate("sha256", text()),
        {"side", word(), "who showed it: server or client",
         [](const Shown &shown, FieldTest &to) { give(to, render::side_name(shown.side)); }},
        of_record("probe", word(), "who saw it"),
        {"day", key("Date"), "a row a day: of the last connection that showed it", give_last},
        {"last_seen", seconds, "the last packet of that connection", give_last},
        of_record("dest_ip", type_of(*render::find_field("dest_ip")), "its server"),
        of_record("dest_port", number(16), "its server's port"),
        of_record("tls.sni", text(), "the name that was asked for"),
    };
    for (const char *field : {"subject", "issuer", "san", "serial", "not_before", "not_after",
                              "key_type", "key_bits", "self_signed", "sha1", "chain_length"}) {
      const bool date = std::string_view(field).starts_with("not_");
      columns.push_back(of_certificate(field, date ? if_known(seconds)
                                                   : type_of(of_side(base::Side::server, field))));
    }
    return columns;
  }();
  return all;
}

} // namespace handspan::exporter::clickhouse
