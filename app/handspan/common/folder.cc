#include "folder.h"

#include "base/error_text.h"
#include "output.h"

#include <sqlite3.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <vector>

#include <unistd.h>

namespace handspan::app {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMaxLine = std::size_t{1} << 20;

struct CloseFile {
  void operator()(std::FILE *file) const { (void)std::fclose(file); }
};
struct FreeStream {
  void operator()(ZSTD_DCtx *stream) const { ZSTD_freeDCtx(stream); }
};
struct Finalize {
  void operator()(sqlite3_stmt *statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

// A view of the main fields: path in the JSON, and "type" as SQLite's affinity.
constexpr const char *kLines = R"(
CREATE TABLE records (record TEXT NOT NULL);
CREATE VIEW connections AS SELECT
  json_extract(record, '$.id') AS id, json_extract(record, '$.probe') AS probe,
  json_extract(record, '$.instance') AS instance, json_extract(record, '$.rate') AS rate,
  json_extract(record, '$.timestamp') AS timestamp, json_extract(record, '$.duration') AS duration,
  json_extract(record, '$.event_type') AS event_type, json_extract(record, '$.flow_id') AS flow_id,
  json_extract(record, '$.src_ip') AS src_ip, json_extract(record, '$.src_port') AS src_port,
  json_extract(record, '$.dest_ip') AS dest_ip, json_extract(record, '$.dest_port') AS dest_port,
  json_extract(record, '$.tls.sni') AS sni, json_extract(record, '$.tls.version') AS version,
  json_extract(record, '$.tls.cipher') AS cipher, json_extract(record, '$.phase') AS phase,
  json_extract(record, '$.outcome') AS outcome, json_extract(record, '$.cause') AS cause,
  json_extract(record, '$.by') AS by, json_extract(record, '$.step') AS step,
  json_extract(record, '$.timings.tls_total') AS tls_total,
  json_extract(record, '$.payload_bytes.client') AS client_bytes,
  json_extract(record, '$.payload_bytes.server') AS server_bytes,
  json_extract(record, '$.summary') AS summary, record
FROM records WHERE json_extract(record, '$.event_type') = 'connection';
)";

std::vector<std::string> line_files(const std::string &folder) {
  std::vector<std::string> files;
  std::error_code fault;
  for (const fs::directory_entry &item : fs::directory_iterator(folder, fault)) {
    const std::string name = item.path().filename().string();
    if (!name.starts_with('.') && name.ends_with(".jsonl.zst"))
      files.push_back(item.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace

void Folder::Close::operator()(sqlite3 *database) const {
  sqlite3_close_v2(database);
}

std::string Folder::fault() const {
  return sqlite3_errmsg(database_.get());
}

// Where nobody may write beside it (a copy on a read-only disk) its journal can't be looked at.
bool Folder::open_history(const std::string &file) {
  const bool writable = ::access(path_.c_str(), W_OK) == 0;
  std::string uri = "file:";
  for (const char c : file)
    uri += c == '%' ? "%25" : c == '?' ? "%3f" : c == '#' ? "%23" : std::string(1, c);
  uri += writable ? "?mode=ro" : "?mode=ro&immutable=1";
  sqlite3 *opened = nullptr;
  const int code =
      sqlite3_open_v2(uri.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, nullptr);
  database_.reset(opened);
  if (code != SQLITE_OK)
    complain(file, fault());
  else
    sqlite3_busy_timeout(opened, 2000);
  return code == SQLITE_OK;
}

bool Folder::take_lines(const std::string &file,
                        const std::function<void(std::string_view)> &take) {
  const std::unique_ptr<std::FILE, CloseFile> from(std::fopen(file.c_str(), "rbe"));
  if (from == nullptr) {
    complain(file, base::error_text(errno));
    return false;
  }
  const std::unique_ptr<ZSTD_DCtx, FreeStream> stream(ZSTD_createDCtx());
  std::vector<char> packed(ZSTD_DStreamInSize()), plain(ZSTD_DStreamOutSize());
  std::string line;
  while (const std::size_t got = std::fread(packed.data(), 1, packed.size(), from.get())) {
    ZSTD_inBuffer in{packed.data(), got, 0};
    for (bool full = false; in.pos < in.size || full;) {
      ZSTD_outBuffer out{plain.data(), plain.size(), 0};
      const std::size_t code = ZSTD_decompressStream(stream.get(), &out, &in);
      if (ZSTD_isError(code) != 0 || line.size() > kMaxLine) {
        complain(file, "no file of lines compressed with zstd, or damaged");
        return false;
      }
      full = out.pos == out.size;
      std::string_view text(plain.data(), out.pos);
      for (std::size_t end; (end = text.find('\n')) != std::string_view::npos;
           text.remove_prefix(end + 1)) {
        line.append(text.substr(0, end));
        take(line);
        line.clear();
      }
      line.append(text);
    }
  }
  return true;
}

// A database without a name: in memory, and what is too much for that in a file that goes with it.
bool Folder::load_lines() {
  sqlite3 *opened = nullptr;
  const int code =
      sqlite3_open_v2("", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_.reset(opened);
  sqlite3_stmt *made = nullptr;
  if (code != SQLITE_OK || sqlite3_exec(opened, kLines, nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_exec(opened, "BEGIN", nullptr, nullptr, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(opened, "INSERT INTO records VALUES (?)", -1, &made, nullptr) !=
          SQLITE_OK) {
    complain(path_, fault());
    return false;
  }
  const Statement insert(made);
  for (const std::string &file : line_files(path_))
    if (!take_lines(file, [&](std::string_view line) {
          sqlite3_reset(made);
          sqlite3_bind_text(made, 1, line.data(), static_cast<int>(line.size()), SQLITE_TRANSIENT);
          (void)sqlite3_step(made);
        }))
      return false;
  return sqlite3_exec(opened, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK;
}

sqlite3 *Folder::database() {
  if (is_database())
    return open_history(database_file()) ? database_.get() : nullptr;
  if (line_files(path_).empty()) {
    complain(path_, "neither history.sqlite nor *.jsonl.zst is there: --from names a folder that "
                    "handspand-export fills (docs/export.md)");
    return nullptr;
  }
  return load_lines() ? database_.get() : nullptr;
}

bool Folder::is_database() const {
  std::error_code fault;
  return fs::exists(database_file(), fault);
}

bool Folder::take_all_lines(const std::function<void(std::string_view)> &take) {
  const std::vector<std::string> files = line_files(path_);
  if (files.empty())
    return database() != nullptr; // says what is missing
  return std::all_of(files.begin(), files.end(),
                     [&](const std::string &one) { return take_lines(one, take); });
}

bool Folder::each_row(const char *statement, const std::function<void(const Cells &cells)> &take) {
  if (database_ == nullptr && !open_history(database_file()))
    return false;
  sqlite3_stmt *made = nullptr;
  int code = sqlite3_prepare_v2(database_.get(), statement, -1, &made, nullptr);
  const Statement rows(made);
  Cells cells(static_cast<std::size_t>(sqlite3_column_count(made)));
  while (code == SQLITE_OK && (code = sqlite3_step(made)) == SQLITE_ROW) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto *text =
          reinterpret_cast<const char *>(sqlite3_column_text(made, static_cast<int>(i)));
      cells[i] = text == nullptr ? "" : text;
    }
    take(cells);
    code = SQLITE_OK;
  }
  if (code != SQLITE_DONE)
    complain(database_file(), fault());
  return code == SQLITE_DONE;
}

bool Folder::each_minute(const std::function<void(std::string_view line)> &take) {
  if (!is_database())
    return take_all_lines(take);
  return each_row("SELECT summary FROM minutes ORDER BY minute",
                  [&](const Cells &cells) { take(cells[0]); });
}

bool Folder::each_line(const std::function<void(std::string_view line)> &take) {
  if (!is_database())
    return take_all_lines(take);
  return each_minute(take) && each_row("SELECT record FROM failures ORDER BY number",
                                       [&](const Cells &cells) { take(cells[0]); });
}

} // namespace handspan::app
