// A folder that an exporter filled: history.sqlite, or files of lines (*.jsonl.zst); also one that
// was copied from another machine.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace handspan::app {

inline constexpr const char *kUsualFolder = "/var/lib/handspand-export/history";

class Folder {
public:
  explicit Folder(std::string path) : path_(std::move(path)) {}

  // Its database, for reading alone; of a folder of lines one that is made of them: a table
  // `records` with the line, and `connections`, a view of its main fields. Null: it was said why.
  sqlite3 *database();
  // Takes each minute's line of JSON. False: it was said why.
  bool each_minute(const std::function<void(std::string_view line)> &take);
  // Takes each line of JSON, of minutes and of records: of a database the minutes and the failures.
  bool each_line(const std::function<void(std::string_view line)> &take);
  // Takes each row of what a statement gives, of the database alone.
  using Cells = std::vector<std::string>;
  bool each_row(const char *statement, const std::function<void(const Cells &cells)> &take);
  // Whether it is a database, and not files of lines.
  [[nodiscard]] bool is_database() const;

private:
  struct Close {
    void operator()(sqlite3 *database) const;
  };
  bool open_history(const std::string &file);
  bool load_lines();
  [[nodiscard]] std::string database_file() const { return path_ + "/history.sqlite"; }
  bool take_lines(const std::string &file, const std::function<void(std::string_view)> &take);
  bool take_all_lines(const std::function<void(std::string_view)> &take);
  [[nodiscard]] std::string fault() const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

} // namespace handspan::app
