// Tables of a ClickHouse server: connections, certificates and minutes, for many probes. What makes
// a batch that comes twice count once are the tables' keys (docs/scale.md).
#include "render/facts.h"
#include "sinks/clickhouse/row_binary.h"
#include "sinks/clickhouse/server.h"

#include <unordered_map>

namespace handspan::exporter {
namespace {

using clickhouse::Columns;
using clickhouse::Minute;
using clickhouse::Server;
using clickhouse::Shown;

constexpr unsigned kOfMinutes = 256; // in the place of a worker
constexpr base::Nanos kDay = 86'400 * base::kSecond;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
             std::string_view::npos;
}

// One of the tables, and what waits to be sent there.
template <class Of> class Table {
public:
  Table(const Columns<Of> &columns, std::string database, std::string name)
      : columns_(columns), database_(std::move(database)), name_(std::move(name)) {}

  bool bind(Server &server, std::string &why) {
    std::string answer;
    if (!server.ask("SELECT name, type FROM system.columns WHERE database = '" + database_ +
                        "' AND table = '" + name_ +
                        "' AND default_kind NOT IN ('ALIAS', 'MATERIALIZED') FORMAT TSVRaw",
                    answer, why))
      return false;
    clickhouse::TableTypes types;
    for (std::size_t at = 0; at < answer.size();) {
      const std::size_t end = std::min(answer.find('\n', at), answer.size());
      const std::string line = answer.substr(at, end - at);
      const std::size_t tab = std::min(line.find('\t'), line.size() - 1);
      types.emplace_back(line.substr(0, tab), line.substr(tab + 1));
      at = end + 1;
    }
    if (types.empty()) {
      why = "there is no table " + database_ + '.' + name_ + ": conf/clickhouse makes it";
      return false;
    }
    if (rows_.bind(columns_, types, why))
      return true;
    why = database_ + '.' + name_ + ": " + why;
    return false;
  }

  void clear() {
    body_.clear();
    count_ = 0;
  }
  void append(const Of &row) {
    rows_.append(body_, row);
    ++count_;
  }
  // `token`: of the batch; empty: the server takes none.
  bool send(Server &server, const std::string &token, std::string &why) {
    return count_ == 0 ||
           server.insert("INSERT INTO " + database_ + '.' + name_ + " (" + rows_.names() +
                             ") FORMAT RowBinary",
                         body_, token.empty() ? token : token + ':' + std::to_string(count_), why);
  }

private:
  const Columns<Of> &columns_;
  std::string database_, name_;
  clickhouse::RowBinary<Of> rows_;
  std::string body_;
  std::uint64_t count_ = 0;
};

class ClickHouse final : public Sink {
public:
  ClickHouse(Server::Settings settings, const std::string &database)
      : server_(std::move(settings)),
        connections_(clickhouse::connection_columns(), database, "connections"),
        certificates_(clickhouse::certificate_columns(), database, "certificates"),
        minutes_(clickhouse::minute_columns(), database, "minutes") {}

  bool open(const std::string & /*memo*/, std::string &why) override { return bind(why); }

  void begin(const BatchName & /*name*/) override {
    connections_.clear();
    certificates_.clear();
    minutes_.clear();
    shown_.clear();
    first_.clear();
    trouble_.clear();
    if (!bound_)
      bind(trouble_);
  }

  void add(const Row &row) override {
    if (!bound_)
      return;
    note(row.origin, row.record.worker, row.number);
    connections_.append(row);
    for (const base::Side side : {base::Side::client, base::Side::server})
      if (row.record.tls.certificate[side].known)
        show(row, side);
  }

  void add(const summary::Cell &minute, const formats::Origin &origin) override {
    if (!bound_)
      return;
    note(origin, kOfMinutes, static_cast<std::uint64_t>(minute.number));
    minutes_.append({minute, origin});
  }

  // Each of the three may be sent again: no row of theirs counts twice. The tables are asked for
  // their columns again after a failure, for it may be that they were changed.
  bool commit(std::string & /*memo*/, std::string &why) override {
    why = trouble_;
    bound_ = bound_ && certificates_.send(server_, token(), why) &&
             minutes_.send(server_, token(), why) && connections_.send(server_, token(), why);
    return bound_;
  }

private:
  bool bind(std::string &why) {
    std::string answer;
    bound_ = connections_.bind(server_, why) && certificates_.bind(server_, why) &&
             minutes_.bind(server_, why) &&
             server_.ask("SELECT count() FROM system.settings WHERE name = "
                         "'insert_deduplication_token'",
                         answer, why);
    knows_tokens_ = bound_ && answer.starts_with('1');
    return bound_;
  }

  // The same for the same batch, and else for none: what it begins and what it ends with.
  [[nodiscard]] std::string token() const {
    return knows_tokens_ ? first_ + '-' + std::to_string(last_) : std::string();
  }
  void note(const formats::Origin &origin, unsigned worker, std::uint64_t number) {
    if (first_.empty())
      first_ = formats::record_id(origin, worker, number);
    last_ = number;
  }

  // One row a batch for each that was shown, by that side to that probe, on that day.
  void show(const Row &row, base::Side side) {
    const record::Certificate &certificate = row.record.tls.certificate[side];
    std::string key(certificate.sha256.begin(), certificate.sha256.end());
    key.append(std::to_string(row.record.last / kDay)).append(render::side_name(side));
    base::Nanos &last = shown_.try_emplace(key, base::kNever).first->second;
    if (last != base::kNever && row.record.last <= last)
      return;
    last = row.record.last;
    certificates_.append({row, side});
  }

  Server server_;
  Table<Row> connections_;
  Table<Shown> certificates_;
  Table<Minute> minutes_;
  std::unordered_map<std::string, base::Nanos> shown_;
  std::string first_, trouble_; // `first_`, `last_`: of the batch, for its token
  std::uint64_t last_ = 0;
  bool bound_ = false, knows_tokens_ = false;
};

std::unique_ptr<Sink> make(Keys &keys) {
  Server::Settings settings;
  settings.url = keys.text("url", "http://127.0.0.1:8123");
  if (!settings.url.starts_with("http://") && !settings.url.starts_with("https://"))
    keys.refuse("url", "must begin with http:// or https://");
  const std::string database = keys.text("database", "handspan");
  if (!is_name(database))
    keys.refuse("database", "must be 1 to 64 letters, digits or _");
  settings.user = keys.text("user", "");
  settings.password_file = keys.text("password_file", "");
  settings.ca = keys.text("ca", "");
  settings.connect_timeout = keys.duration("connect_timeout", 5 * base::kSecond);
  settings.timeout = keys.duration("timeout", 60 * base::kSecond);
  settings.gzip = keys.one_of("compress", {"none", "gzip"}) == "gzip";
  return std::make_unique<ClickHouse>(std::move(settings), database);
}

} // namespace

extern const SinkKind kSink_clickhouse{"clickhouse", "all, minutes", make};

} // namespace handspan::exporter
