// Records as CSV (RFC 4180): a column for each of some fields.
#pragma once

#include "record/record.h"
#include "render/fields.h"

#include <string>
#include <vector>

namespace handspan::render {

// What is shown unless columns are chosen.
inline constexpr std::string_view kCsvColumns =
    "timestamp,flow_id,src_ip,src_port,dest_ip,dest_port,tls.sni,tls.version,tls.cipher,tls.alpn,"
    "phase,outcome,cause,by,step,duration,timings.syn_to_syn_ack,"
    "timings.client_hello_to_server_hello,timings.tls_total,payload_bytes.client,"
    "payload_bytes.server,retry.recovered,summary";

class CsvRecords {
public:
  CsvRecords(std::vector<const FieldInfo *> columns, Language language)
      : columns_(std::move(columns)), language_(language) {}

  [[nodiscard]] std::string head() const;
  // Several values of a field stand with ";" between them. No line feed at the end.
  [[nodiscard]] std::string line(const record::Record &record) const;

private:
  std::vector<const FieldInfo *> columns_;
  Language language_;
};

// The values of a field as JSON has them, without quotes and with ";" between them; empty: none.
std::string values_text(const FieldInfo &field, const record::Record &record, Language language);

// A cell: in quotes if it needs them, on one line, and no formula for a spreadsheet.
std::string csv_cell(std::string_view text);

} // namespace handspan::render
