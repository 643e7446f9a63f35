// handspan query: SQL over what an exporter has kept on disk.
#include "base/quote.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/folder.h"
#include "handspan/common/output.h"
#include "render/csv.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace handspan::app {
namespace {

using Json = nlohmann::ordered_json;

struct QueryOptions {
  std::string statement, from = kUsualFolder;
  bool json = false, csv = false;
};

std::string text_at(sqlite3_stmt *row, int column) {
  const auto *text = reinterpret_cast<const char *>(sqlite3_column_text(row, column));
  return text == nullptr
             ? std::string()
             : std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(row, column)));
}

Json value_at(sqlite3_stmt *row, int column) {
  switch (sqlite3_column_type(row, column)) {
  case SQLITE_INTEGER:
    return sqlite3_column_int64(row, column);
  case SQLITE_FLOAT:
    return sqlite3_column_double(row, column);
  case SQLITE_NULL:
    return nullptr;
  default:
    return text_at(row, column);
  }
}

using Line = std::vector<std::string>;

// As wide as the widest value of its first rows.
class Table {
public:
  explicit Table(Output &output) : output_(output) {}
  void add(Line line) {
    lines_.push_back(std::move(line));
    if (lines_.size() > kMeasured)
      flush();
  }
  void flush() {
    for (const Line &line : lines_) {
      widths_.resize(std::max(widths_.size(), line.size()));
      for (std::size_t i = 0; i < line.size(); ++i)
        widths_[i] = std::max(widths_[i], line[i].size());
    }
    for (const Line &line : lines_) {
      std::string out;
      for (std::size_t i = 0; i < line.size(); ++i)
        out += line[i] + (i + 1 < line.size() ? std::string(widths_[i] - line[i].size() + 2, ' ')
                                              : std::string());
      output_.line(out);
    }
    lines_.clear();
  }

private:
  static constexpr std::size_t kMeasured = 1000;
  Output &output_;
  std::vector<Line> lines_;
  std::vector<std::size_t> widths_;
};

int run(const QueryOptions &options) {
  Folder folder(options.from);
  sqlite3 *database = folder.database();
  if (database == nullptr)
    return kFault;
  sqlite3_stmt *row = nullptr;
  const char *rest = "";
  int code = sqlite3_prepare_v2(database, options.statement.c_str(), -1, &row, &rest);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt *)> free(row, sqlite3_finalize);
  if (code != SQLITE_OK || row == nullptr ||
      std::string_view(rest).find_first_not_of("; \n\t") != std::string_view::npos) {
    complain(code != SQLITE_OK ? sqlite3_errmsg(database) : "one statement is wanted");
    return kUsage;
  }
  Output output;
  output.stop_on_signals();
  Table table(output);
  const int columns = sqlite3_column_count(row);
  const auto line_of = [&](auto text) {
    Line line;
    for (int i = 0; i < columns; ++i)
      line.push_back(text(i));
    return line;
  };
  const auto show = [&](const Line &line) {
    if (!options.csv)
      return table.add(line);
    std::string out;
    for (std::size_t i = 0; i < line.size(); ++i)
      out += (i > 0 ? "," : "") + render::csv_cell(line[i]);
    output.line(out);
  };
  if (!options.json)
    show(line_of([&](int i) { return base::printable(sqlite3_column_name(row, i)); }));
  while (output.ok() && !output.stopped() && (code = sqlite3_step(row)) == SQLITE_ROW) {
    if (!options.json) {
      show(line_of([&](int i) { return base::printable(text_at(row, i)); }));
      continue;
    }
    Json object = Json::object();
    for (int i = 0; i < columns; ++i)
      object[sqlite3_column_name(row, i)] = value_at(row, i);
    output.line(object.dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  table.flush();
  if (code == SQLITE_DONE || code == SQLITE_ROW)
    return output.finish(kOk);
  complain(sqlite3_errmsg(database));
  return output.finish(kFault);
}

} // namespace

void add_query(Command app, Action &chosen) {
  auto options = std::make_shared<QueryOptions>();
  Command query = app.verb("query", "SQL over what handspand-export has kept on disk");
  query.option("STATEMENT", options->statement, "a statement of SQLite's SQL").required();
  query.option("--from", options->from, "the folder: one with history.sqlite, or with *.jsonl.zst")
      .show_default();
  const Option json = query.flag("--json", options->json, "a JSON object a line");
  query.flag("--csv", options->csv, "comma-separated values, with a line of headings")
      .excludes(json);
  query.examples(
      {"query \"select cause, count(*) from failures group by 1 order by 2 desc\"",
       "query --from copied/ \"select not_after, subject from certificates order by 1\"",
       "query --from jsonl/ \"select sni, avg(tls_total) from connections group by 1\""});
  query.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
