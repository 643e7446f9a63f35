// The tables of history.sqlite. docs/export.md describes them; `handspan query` shows them.
#pragma once

namespace handspan::exporter {

inline constexpr const char *kSchema = R"(
CREATE TABLE IF NOT EXISTS minutes (
  probe TEXT NOT NULL, instance TEXT NOT NULL, start TEXT NOT NULL,
  minute INTEGER NOT NULL, -- seconds since the epoch
  opened INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL,
  open INTEGER NOT NULL, unknown INTEGER NOT NULL, unused INTEGER NOT NULL,
  packets INTEGER NOT NULL, bytes INTEGER NOT NULL, dropped INTEGER NOT NULL,
  summary TEXT NOT NULL, -- all of it, JSON
  PRIMARY KEY (probe, instance, start, minute)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS minutes_by_time ON minutes (minute);

CREATE TABLE IF NOT EXISTS failures (
  number INTEGER PRIMARY KEY, -- in the order in which they came
  id TEXT NOT NULL UNIQUE, timestamp TEXT NOT NULL, probe TEXT NOT NULL, instance TEXT NOT NULL,
  src_ip TEXT NOT NULL, src_port INTEGER NOT NULL, dest_ip TEXT NOT NULL, dest_port INTEGER NOT NULL,
  sni TEXT NOT NULL, phase TEXT NOT NULL, cause TEXT NOT NULL, by TEXT NOT NULL, step TEXT NOT NULL,
  rule TEXT NOT NULL, summary TEXT NOT NULL,
  rate INTEGER NOT NULL, -- one of so many was taken
  record TEXT NOT NULL); -- all of it, JSON

CREATE TABLE IF NOT EXISTS certificates (
  sha256 TEXT PRIMARY KEY, subject TEXT NOT NULL, issuer TEXT NOT NULL, names TEXT NOT NULL,
  serial TEXT NOT NULL, not_before TEXT NOT NULL, not_after TEXT NOT NULL,
  key_type TEXT NOT NULL, key_bits INTEGER NOT NULL, self_signed INTEGER NOT NULL,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL,
  connections INTEGER NOT NULL, refused INTEGER NOT NULL,
  last_server TEXT NOT NULL, last_name TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS delivered (one INTEGER PRIMARY KEY CHECK (one = 1), batch TEXT NOT NULL);
)";

} // namespace handspan::exporter
