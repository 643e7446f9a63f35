// The embedded history: minutes, the last failures and the certificates, in one file.
#include "formats/minute.h"
#include "formats/row.h"
#include "render/csv.h"
#include "render/units.h"
#include "shm/process.h"
#include "sink.h"
#include "sinks/sqlite/database.h"
#include "sinks/sqlite/schema.h"

#include <filesystem>

namespace handspan::exporter {
namespace {

struct Settings {
  std::string folder;
  std::uint64_t failures = 0, certificates = 0;
  std::uint64_t keep_bytes = 0;
  base::Nanos keep_time = 0;
};

std::string value(const char *path, const record::Record &record) {
  return render::values_text(*render::find_field(path), record, render::Language::en);
}

class Sqlite final : public Sink {
public:
  explicit Sqlite(Settings settings) : settings_(std::move(settings)) {}

  bool open(const std::string & /*memo*/, std::string &why) override {
    std::error_code fault;
    std::filesystem::create_directories(settings_.folder, fault);
    // Pages that were emptied are given back to the system (auto_vacuum), and so is the journal.
    const bool good =
        database_.open(settings_.folder + "/history.sqlite") &&
        database_.run("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL;"
                      "PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216") &&
        database_.run(kSchema) && prepare();
    if (!good)
      why = database_.fault();
    return good;
  }

  void begin(const BatchName &name) override {
    batch_ = name.text();
    good_ = database_.run("ROLLBACK") || true; // of a try that failed; else there is none
    good_ = database_.run("BEGIN IMMEDIATE") && last_.run();
    there_ = good_ && name.again && last_.text() == batch_;
  }

  void add(const Row &row) override {
    if (!good_ || there_)
      return;
    if (row.record.kind == record::Kind::connection &&
        row.record.outcome == record::Outcome::failed)
      add_failure(row);
    if (row.record.tls.certificate.server.known)
      add_certificate(row.record);
  }

  // Told again, it takes the place of what was told before.
  void add(const summary::Cell &cell, const formats::Origin &origin) override {
    using record::Outcome;
    const auto ended = [&](Outcome how) { return cell.ended[static_cast<std::size_t>(how)]; };
    if (good_ && !there_)
      good_ =
          minute_.run(origin.probe, origin.instance, formats::start_text(origin), cell.number * 60,
                      cell.opened, ended(Outcome::completed), ended(Outcome::failed),
                      ended(Outcome::open), ended(Outcome::unknown), ended(Outcome::unused),
                      cell.packets, cell.bytes, cell.dropped, formats::minute_json(cell, origin));
  }

  // What it holds and which batch that came with are written together.
  bool commit(std::string & /*memo*/, std::string &why) override {
    good_ = good_ && (there_ || (delivered_.run(batch_) && bound())) && database_.run("COMMIT");
    if (!good_)
      why = database_.fault();
    else
      (void)database_.run("PRAGMA incremental_vacuum(256)");
    return good_;
  }

private:
  bool prepare() {
    return database_.prepare("SELECT batch FROM delivered", last_) &&
           database_.prepare("INSERT OR REPLACE INTO delivered VALUES (1, ?)", delivered_) &&
           database_.prepare("INSERT OR REPLACE INTO minutes VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                             minute_) &&
           database_.prepare("INSERT OR IGNORE INTO failures VALUES "
                             "(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                             failure_) &&
           database_.prepare("INSERT INTO certificates VALUES (?,?,?,?,?,?,?,?,?,?,?,?,1,?,?,?) "
                             "ON CONFLICT (sha256) DO UPDATE SET connections = connections + 1, "
                             "refused = refused + excluded.refused, "
                             "last_seen = max(last_seen, excluded.last_seen), "
                             "first_seen = min(first_seen, excluded.first_seen), "
                             "last_server = excluded.last_server, last_name = excluded.last_name",
                             certificate_) &&
           database_.prepare("DELETE FROM failures WHERE number <= "
                             "(SELECT max(number) FROM failures) - ?",
                             old_failures_) &&
           database_.prepare("DELETE FROM minutes WHERE minute < ?", old_minutes_) &&
           database_.prepare("DELETE FROM certificates WHERE last_seen <= (SELECT last_seen FROM "
                             "certificates ORDER BY last_seen DESC LIMIT 1 OFFSET ?)",
                             old_certificates_) &&
           database_.prepare("SELECT (page_count - freelist_count) * page_size FROM "
                             "pragma_page_count, pragma_freelist_count, pragma_page_size",
                             size_) &&
           database_.prepare("DELETE FROM failures WHERE number <= (SELECT (min(number) * 9 + "
                             "max(number)) / 10 FROM failures)",
                             tenth_of_failures_) &&
           database_.prepare("DELETE FROM minutes WHERE minute <= (SELECT (min(minute) * 9 + "
                             "max(minute)) / 10 FROM minutes)",
                             tenth_of_minutes_);
  }

  void add_failure(const Row &row) {
    const record::Record &r = row.record;
    good_ = failure_.run(
        formats::record_id(row.origin, r.worker, row.number), value("timestamp", r),
        row.origin.probe, row.origin.instance, value("src_ip", r), std::int64_t{r.client_port},
        value("dest_ip", r), std::int64_t{r.server_port}, value("tls.sni", r), value("phase", r),
        value("cause", r), value("by", r), value("step", r), value("rule", r), value("summary", r),
        row.rate, json_.line(r, row.origin, row.number, row.rate));
  }

  void add_certificate(const record::Record &r) {
    const record::Certificate &c = r.tls.certificate.server;
    const auto of = [&](const char *field) {
      return value((std::string("tls.certificate.") + field).c_str(), r);
    };
    const bool refused = r.outcome == record::Outcome::failed && r.cause == record::Cause::alert;
    const std::string last = render::rfc3339(r.last);
    good_ = certificate_.run(of("sha256"), of("subject"), of("issuer"), of("san"), of("serial"),
                             of("not_before"), of("not_after"), of("key_type"),
                             std::int64_t{c.key_bits}, c.self_signed ? 1 : 0, last, last,
                             refused ? 1 : 0, value("dest_ip", r), value("tls.sni", r));
  }

  bool bound() {
    const base::Nanos oldest = (shm::wall_now() - settings_.keep_time) / base::kSecond;
    bool good = old_failures_.run(settings_.failures) && old_minutes_.run(oldest) &&
                old_certificates_.run(settings_.certificates);
    for (int i = 0; good && i < 20; ++i) { // a tenth of what is left each time
      good = size_.run();
      if (!good || static_cast<std::uint64_t>(size_.number()) <= settings_.keep_bytes)
        break;
      good = tenth_of_failures_.run() && tenth_of_minutes_.run();
    }
    return good;
  }

  Settings settings_;
  Database database_; // before the statements: they go first
  Statement last_, delivered_, minute_, failure_, certificate_;
  Statement old_failures_, old_minutes_, old_certificates_;
  Statement size_, tenth_of_failures_, tenth_of_minutes_;
  formats::Rows json_;
  std::string batch_;
  bool good_ = false, there_ = false;
};

std::unique_ptr<Sink> make(Keys &keys) {
  Settings settings;
  settings.folder = keys.needed("dir");
  settings.failures = keys.number("failures", 1, 100'000'000, 100'000);
  settings.certificates = keys.number("certificates", 1, 100'000'000, 100'000);
  settings.keep_bytes = keys.bytes("keep_bytes", std::uint64_t{1} << 30);
  settings.keep_time = keys.duration("keep_time", 90 * 24 * 3600 * base::kSecond);
  return std::make_unique<Sqlite>(std::move(settings));
}

} // namespace

extern const SinkKind kSink_sqlite{"sqlite", "minutes, all", make};

} // namespace handspan::exporter
