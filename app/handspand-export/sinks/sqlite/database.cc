#include "sinks/sqlite/database.h"

#include <sqlite3.h>

namespace handspan::exporter {

void Statement::Free::operator()(sqlite3_stmt *statement) const {
  sqlite3_finalize(statement);
}
void Statement::reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
  row_ = false;
}
bool Statement::step() {
  const int code = sqlite3_step(statement_.get());
  row_ = code == SQLITE_ROW;
  return row_ || code == SQLITE_DONE;
}
void Statement::bind(int place, std::string_view text) {
  sqlite3_bind_text(statement_.get(), place, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
}
void Statement::bind(int place, std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), place, number);
}
std::int64_t Statement::number() const {
  return row_ ? sqlite3_column_int64(statement_.get(), 0) : 0;
}
std::string Statement::text() const {
  const unsigned char *text = row_ ? sqlite3_column_text(statement_.get(), 0) : nullptr;
  return text == nullptr ? std::string() : reinterpret_cast<const char *>(text);
}

void Database::Close::operator()(sqlite3 *database) const {
  sqlite3_close_v2(database);
}
bool Database::open(const std::string &path) {
  sqlite3 *opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  database_.reset(opened);
  if (code == SQLITE_OK)
    sqlite3_busy_timeout(opened, 2000);
  return code == SQLITE_OK;
}
bool Database::run(const char *statements) {
  return sqlite3_exec(database_.get(), statements, nullptr, nullptr, nullptr) == SQLITE_OK;
}
bool Database::prepare(const char *text, Statement &statement) {
  sqlite3_stmt *made = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), text, -1, &made, nullptr);
  statement.statement_.reset(made);
  return code == SQLITE_OK;
}
std::string Database::fault() const {
  return sqlite3_errmsg(database_.get());
}

} // namespace handspan::exporter
