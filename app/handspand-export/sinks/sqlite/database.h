// A database of SQLite, as this sink uses it: statements that are prepared once, and faults as
// text.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace handspan::exporter {

class Database;

class Statement {
public:
  Statement() = default;
  // Sets the parameters from the first on and runs it. False: the database has the fault.
  template <class... Values> bool run(const Values &...values) {
    reset();
    int place = 0;
    (bind(++place, values), ...);
    return step();
  }
  // The first column of the first row that run() gave; 0: there is none.
  [[nodiscard]] std::int64_t number() const;
  [[nodiscard]] std::string text() const;

private:
  friend class Database;
  struct Free {
    void operator()(sqlite3_stmt *statement) const;
  };
  void reset();
  bool step();
  void bind(int place, std::string_view text);
  void bind(int place, const std::string &text) { bind(place, std::string_view(text)); }
  void bind(int place, const char *text) { bind(place, std::string_view(text)); }
  void bind(int place, std::int64_t number);
  void bind(int place, std::uint64_t number) { bind(place, static_cast<std::int64_t>(number)); }
  void bind(int place, std::uint32_t number) { bind(place, static_cast<std::int64_t>(number)); }
  void bind(int place, int number) { bind(place, static_cast<std::int64_t>(number)); }

  std::unique_ptr<sqlite3_stmt, Free> statement_;
  bool row_ = false;
};

class Database {
public:
  bool open(const std::string &path);
  bool run(const char *statements); // any number of them
  bool prepare(const char *text, Statement &statement);
  [[nodiscard]] std::string fault() const;

private:
  struct Close {
    void operator()(sqlite3 *database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

} // namespace handspan::exporter
