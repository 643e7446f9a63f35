// handspan log: the records of a running or stopped daemon, and those to come.
#include "backlog.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/listing.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/record_buffer.h"
#include "handspan/common/retry_window.h"
#include "handspan/common/rings.h"
#include "handspan/common/selection.h"
#include "record/flow_id.h"
#include "render/answers.h"
#include "render/units.h"
#include "shm/process.h"

#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace handspan::app {
namespace {

constexpr base::Nanos kPollInterval = 5 * base::kMillisecond;
// Records read from one worker before the next one has its turn.
constexpr std::uint64_t kTurn = 1024;
// How long a follower waits for a new daemon when the one he followed is gone, and how often he
// looks.
constexpr base::Nanos kRestart = 3 * base::kSecond, kLook = 50 * base::kMillisecond;
constexpr std::string_view kHandshake = "/handshake", kStart = "start";
// Old records printed before what came meanwhile is taken out of the rings.
constexpr std::uint64_t kOld = 256;

struct LogOptions {
  SegmentOptions segment;
  SelectionOptions selection;
  ListingOptions listing;
  LookOptions look;
  bool full = false;
  bool failed = false;
  bool follow = false;
  std::string events, after;
  RetryWindow window;

  // Programs get every event, people each connection once, unless they say otherwise.
  [[nodiscard]] bool wants(record::Kind kind) const {
    const std::string_view usual = listing.json ? kAll : kConnection;
    const std::string_view chosen = events.empty() ? usual : events;
    return chosen == kAll || (chosen == kConnection) == (kind == record::Kind::connection);
  }
  static constexpr std::string_view kAll = "all", kConnection = "connection";
};

class Log {
public:
  Log(LogOptions options, Output &output)
      : options_(std::move(options)), output_(output), style_(style_for(options_.look)),
        list_(options_.listing, Listing::Keep::last, style_, output) {}

  int run() {
    int code = selection_.prepare(options_.selection, style_);
    if (code == kOk)
      code = list_.prepare(options_.full ? Printer::Form::blocks : Printer::Form::lines);
    if (code == kOk)
      code = rings_.attach(options_.segment);
    if (code != kOk)
      return code;
    if (!options_.after.empty())
      go_on_after();
    if (options_.follow)
      output_.stop_on_signals();
    if (options_.follow || selection_.is_everything())
      list_.printer().head();
    history();
    if (options_.follow)
      return follow();
    if (list_.for_people() && list_.printed() == 0 && selection_.seen() > 0)
      output_.write(render::none_of(options_.failed && !selection_.has_filter()
                                        ? render::Phrase::none_failures
                                        : render::Phrase::none_connections,
                                    selection_.seen(), selection_.since(), style_));
    else
      list_.printer().total();
    return kOk;
  }

private:
  void print(const record::Record &record) {
    if (options_.wants(record.kind) && selection_.wants(record) &&
        (!options_.failed || record.outcome == record::Outcome::failed))
      list_.add(record, 0);
  }

  [[nodiscard]] bool goes_on() const { return output_.ok() && !output_.stopped(); }

  // Behind the record that the reader had last, or, where that is not to be had, all that is there.
  void go_on_after() {
    const std::string_view given = options_.after;
    if (given == kStart)
      return;
    const bool event = given.ends_with(kHandshake);
    const auto id =
        record::parse_flow_id(event ? given.substr(0, given.size() - kHandshake.size())
                                    : given); // the command line has seen that it is one
    const record::Kind kind = event ? record::Kind::handshake : record::Kind::connection;
    if (!id || rings_.go_on_after(*id, kind))
      return;
    const shm::Reader &reader = rings_.reader();
    if (id->run != 0 && id->run != reader.probe().run)
      complain("--after", options_.after + " is of another run of a daemon, started " +
                              render::rfc3339(id->started()) +
                              ": going on with all records of this one, started " +
                              render::rfc3339(reader.info().start_time));
    else
      complain("--after", options_.after +
                              " is not among the records (any more): what came between it and the "
                              "oldest one here is lost (limits.ring_bytes)");
  }

  // All that is there: in the order of the connections' first packets, or, for who goes on reading,
  // in which it was told.
  void history() {
    RecordBuffer buffer(
        [this, printed = std::uint64_t{0}](const record::Record &r) mutable {
          print(r);
          if (options_.follow && ++printed % kOld == 0)
            keep_up();
        },
        RecordBuffer::kMaxBytes,
        options_.after.empty() ? RecordBuffer::Order::first : RecordBuffer::Order::told);
    buffer.set_retry_window(options_.window.or_else(rings_.retry_window()));
    rings_.drain_history([&buffer](const record::Record &r) { buffer.add(r); },
                         [this] { return goes_on(); });
    buffer.flush();
    list_.finish();
    output_.flush();
  }

  bool drain(const Rings::Take &take, const std::function<bool()> &go_on) {
    bool any = false;
    for (std::size_t i = 0; i < rings_.workers(); ++i)
      any = rings_.drain(i, kTurn, take, go_on) || any;
    rings_.tell_losses(Rings::When::at_intervals);
    return any;
  }

  // What would be overwritten while older records are printed waits for its turn in memory.
  void keep_up() {
    const auto wait = [this](const record::Record &r) { backlog_.add(r); };
    while (drain(wait, [this] { return goes_on() && backlog_.has_room(); })) {
    }
  }

  bool news() {
    if (backlog_.empty() && !rings_.behind())
      return drain([this](const record::Record &r) { print(r); }, [this] { return goes_on(); });
    keep_up();
    for (std::uint64_t i = 0; i < kOld && !backlog_.empty() && goes_on(); ++i)
      print(backlog_.take());
    return true;
  }

  // What the daemon is up to, when all that it wrote up to then has been printed.
  shm::Status status_at_rest() {
    for (;;) {
      shm::Status status = rings_.reader().status(shm::monotonic_now(), kStallAfter);
      if (!goes_on() || !news())
        return status;
    }
  }

  int follow() {
    while (goes_on()) {
      if (news())
        continue;
      const shm::Status status = status_at_rest();
      output_.flush();
      const bool over = status.life == shm::Life::stopped || status.life == shm::Life::dead;
      if (over && !status.replaced)
        say_end(status.life);
      if (status.replaced || (over && new_one_comes())) {
        if (const int code = go_over(); code != kOk)
          return code;
      } else if (over) {
        return status.life == shm::Life::stopped ? kOk : kNoDaemon;
      } else {
        sleep(kPollInterval);
      }
    }
    rings_.tell_losses(Rings::When::now);
    return kOk;
  }

  static void sleep(base::Nanos length) {
    const timespec pause{length / base::kSecond, length % base::kSecond};
    (void)nanosleep(&pause, nullptr);
  }

  void say_end(shm::Life life) {
    const std::string wait = ": waiting " + render::duration(kRestart) + " for a new one";
    say(life == shm::Life::stopped ? "the daemon has stopped" + wait
                                   : "the daemon ended without an orderly stop (pid " +
                                         std::to_string(rings_.reader().info().pid) + ")" + wait);
  }

  // Within the time that a restart takes.
  bool new_one_comes() {
    for (base::Nanos waited = 0; waited < kRestart && goes_on(); waited += kLook) {
      if (rings_.reader().status(shm::monotonic_now(), kStallAfter).replaced)
        return true;
      sleep(kLook);
    }
    return false;
  }

  int go_over() {
    if (const int code = rings_.attach(options_.segment); code != kOk)
      return code;
    say("the daemon was replaced by a new one, started " +
        render::rfc3339(rings_.reader().info().start_time) + ": going on with its records");
    return kOk;
  }

  void say(const std::string &what) {
    rings_.tell_losses(Rings::When::now);
    complain(what);
  }

  LogOptions options_;
  Output &output_;
  render::Style style_;
  Selection selection_;
  Listing list_;
  Rings rings_;
  Backlog backlog_;
};

} // namespace

void add_log(Command app, Action &chosen) {
  auto options = std::make_shared<LogOptions>();
  Command log = app.verb("log", "the connections a daemon has recorded");
  add_segment_options(log, options->segment);
  add_selection_options(log, options->selection);
  log.group("Which connections").flag("--failed", options->failed, "those that failed");
  add_listing_options(log, options->listing);
  log.group("Which form")
      .flag("--full", options->full, "a block a connection, with its phases and the verdict");
  log.option("--events", options->events,
             "connection: when it has ended; handshake: when its TLS handshake has; all. "
             "Default: connection, with --json all")
      .one_of({"connection", "handshake", "all"});
  log.group("Which connections")
      .option("--after", options->after,
              "those told after this one, by its flow id, in the order in which they were told: "
              "where a "
              "reader stopped; start: all. With /handshake behind it: after the event of its "
              "handshake")
      .type_name("ID")
      .check([](const std::string &given) {
        std::string_view id = given;
        if (id.ends_with(kHandshake))
          id.remove_suffix(kHandshake.size());
        return id == kStart || record::parse_flow_id(id)
                   ? std::string()
                   : std::string("a flow id, as log shows it: 0x…");
      });
  log.flag("-f,--follow", options->follow,
           "go on with new ones until the daemon stops, and with those of a daemon that takes its "
           "place");
  add_retry_window_option(log, options->window);
  add_look_options(log, options->look);
  log.examples({"log --follow --oneline", "log --failed --since 10m",
                "log --filter 'tls.sni contains \"shop\"' -n 20"});
  log.when_chosen([options, &chosen] {
    chosen = [options] {
      Output output;
      const int code = Log(*options, output).run();
      return output.finish(code);
    };
  });
}

} // namespace handspan::app
