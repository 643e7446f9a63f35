// Records as Zeek tells them in its logs of tab-separated values: conn.log, ssl.log and x509.log
// (Zeek 6, base/protocols/conn, base/protocols/ssl, base/files/x509; frameworks/logging/writers/
// ascii).
#pragma once

#include "base/time.h"
#include "record/record.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace handspan::formats {

enum class ZeekLog : std::uint8_t { conn, ssl, x509 };
inline constexpr std::array kZeekLogs = {ZeekLog::conn, ZeekLog::ssl, ZeekLog::x509};

std::string_view name(ZeekLog log); // "conn"
// What stands before a log's lines, and behind the last one.
std::string zeek_head(ZeekLog log, base::Nanos opened);
std::string zeek_tail(base::Nanos closed);
// A connection's line in a log, with its line feed; empty: it has none there. An x509.log has a
// line for each certificate of a connection, so one that many show stands there often.
std::string zeek_line(ZeekLog log, const record::Record &record);

} // namespace handspan::formats
