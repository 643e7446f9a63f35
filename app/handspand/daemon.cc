#include "daemon.h"

#include "base/quote.h"
#include "capture/eal_panic.h"
#include "capture/unmapping.h"
#include "common/settings.h"
#include "control.h"
#include "crew.h"
#include "inputs.h"
#include "inspect/acceptance_board.h"
#include "inspect/split_board.h"
#include "instance.h"
#include "log.h"
#include "notify.h"
#include "open_files.h"
#include "own_view.h"
#include "plain/patterns.h"
#include "ports.h"
#include "reload.h"
#include "report.h"
#include "rights.h"
#include "shm/process.h"
#include "surroundings.h"
#include "telemetry.h"
#include "worker.h"

#include <csignal>
#include <cstdio>
#include <new>

namespace handspan::daemon {
namespace {

constexpr int kFault = 1;

int fail(const std::string &message) {
  (void)std::fprintf(stderr, "handspand: %s\n", base::printable(message).c_str());
  return kFault;
}

void say_dpdk_gave_up(const std::string &why) {
  fail("DPDK gave up: " + why);
}

// Everything between the checked inputs and the end of the process, in the order of the start; the
// members go in the opposite order.
class Daemon {
public:
  Daemon(const Options &options, Inputs inputs) : options_(options), inputs_(std::move(inputs)) {}
  ~Daemon() { capture::at_panic(say_dpdk_gave_up); }
  Daemon(const Daemon &) = delete;
  Daemon &operator=(const Daemon &) = delete;

  // Each step: false and fault_.
  bool prepare() {
    return may_open_files() && open_log() && read_capture() && plan() && take_instance();
  }
  bool open() { return open_ports() && make_crew() && launch(); }

  int watch();
  [[nodiscard]] const std::string &fault() const { return fault_.message; }

private:
  bool may_open_files();
  bool open_log();
  bool read_capture();
  bool plan();
  bool take_instance();
  bool open_ports();
  bool make_crew();
  bool launch();
  bool serve();
  bool give_up();
  void stop();
  void last_words(const std::string &why);
  [[nodiscard]] Duties duties();
  void reopen();
  WorkerOptions worker_options(unsigned number) const;
  void say(const Capture::Remarks &remarks);

  const Options &options_;
  Inputs inputs_;
  capture::Fault fault_;
  Notifier notifier_;
  Signals signals_;
  std::shared_ptr<spdlog::logger> log_;
  std::optional<ReplayFiles> replay_;
  CapturePlan plan_;
  std::unique_ptr<shm::Writer> segment_;
  Capture capture_;
  std::unique_ptr<inspect::SplitBoard> split_board_;
  std::unique_ptr<inspect::AcceptanceBoard> acceptances_;
  std::unique_ptr<summary::TryBoard> tries_;
  Crew crew_;
  std::unique_ptr<Reload> reload_;
  OwnView own_view_;
  std::unique_ptr<Telemetry> telemetry_;
  std::unique_ptr<Surroundings> surroundings_;
};

bool Daemon::may_open_files() {
  return enough_open_files(inputs_.config, fault_.message);
}

bool Daemon::open_log() {
  log_ = make_log(inputs_.config.log.file, inputs_.log_level, fault_.message);
  return log_ != nullptr;
}

bool Daemon::read_capture() {
  if (options_.replay.empty())
    return true;
  replay_ = ReplayFiles::prepare(options_.replay, replay_queues(inputs_.config), fault_.message);
  return replay_.has_value();
}

bool Daemon::plan() {
  return make_plan(inputs_.config, replay_ ? replay_->device() : "", plan_, fault_);
}

bool Daemon::take_instance() {
  segment_ = daemon::take_instance(inputs_.config, plan_, fault_.message);
  return segment_ != nullptr;
}

// DPDK has given up in one of its threads. The others go on until the process ends, so nothing is
// taken from them but what lies in the file system.
void Daemon::last_words(const std::string &why) {
  if (!inputs_.config.log.file.empty()) // else it is the same place
    log_->error("DPDK gave up: {}", why);
  say_dpdk_gave_up(why);
  segment_->withdraw();
}

bool Daemon::open_ports() {
  capture::at_panic([this](const std::string &why) { last_words(why); });
  // The logger lives as long as the process: DPDK's threads may speak until then.
  const auto log_line = [log = log_](std::string_view line) { log->debug("dpdk: {}", line); };
  Capture::Remarks remarks;
  if (!capture_.open(plan_, log_line, remarks, fault_))
    return false;
  for (const auto &port : capture_.ports)
    log_->info("port {} ({}): {} queue{}{}", port->name(), port->driver(), port->queues(),
               port->queues() == 1 ? "" : "s", port->spreads() ? ", symmetric RSS" : "");
  say(remarks);
  return true;
}

// The CPU's counter as nanoseconds since some moment.
base::Nanos stopwatch() {
  static const double each = 1e9 / static_cast<double>(capture::Clock::ticks_per_second());
  return static_cast<base::Nanos>(static_cast<double>(capture::Clock::ticks()) * each);
}

void Daemon::say(const Capture::Remarks &remarks) {
  for (const std::string &line : remarks.infos)
    log_->info("{}", line);
  for (const std::string &line : remarks.warnings)
    log_->warn("{}", line);
}

WorkerOptions Daemon::worker_options(unsigned number) const {
  WorkerOptions options;
  options.settings = inputs_.settings;
  options.settings.worker = static_cast<std::uint8_t>(number);
  options.settings.split_board = split_board_.get();
  options.settings.acceptances = acceptances_.get();
  options.settings.stopwatch = &stopwatch;
  options.stories = app::story_settings(inputs_.config);
  options.rules = inputs_.rules.get();
  options.tries = tries_.get();
  options.retry_window = inputs_.config.retries.window;
  return options;
}

bool Daemon::make_crew() {
  // Now, for nothing is compiled while packets come in.
  if (!plain::Patterns::shared().prepare())
    log_->warn("plain protocols are not told by name: that needs a processor with SSSE3");
  split_board_ = std::make_unique<inspect::SplitBoard>(inputs_.config.workers.count);
  acceptances_ = std::make_unique<inspect::AcceptanceBoard>(inputs_.settings.seed[2]);
  tries_ =
      std::make_unique<summary::TryBoard>(inputs_.settings.seed[1], inputs_.config.workers.count);
  return crew_.make({.config = inputs_.config,
                     .wanted = plan_,
                     .capture = capture_,
                     .replay = replay_ ? &*replay_ : nullptr,
                     .segment = *segment_,
                     .seed = inputs_.dispatch_seed,
                     .worker_options = [this](unsigned i) { return worker_options(i); }},
                    fault_);
}

bool Daemon::launch() {
  Capture::Remarks remarks;
  if (!capture_.start_ports(inputs_.config.capture.link_wait, remarks, fault_))
    return false;
  say(remarks);
  for (const std::string &remark : inputs_.remarks)
    log_->warn("{}", remark);
  segment_->show_rules(names_of(inputs_.rules.get()));
  crew_.launch();
  segment_->set_state(shm::State::running);
  const std::size_t workers = crew_.workers().size();
  const std::size_t receivers = crew_.intakes().size();
  log_->info("running: instance {}, {} worker{}{}, segment {}", inputs_.config.instance.name,
             workers, workers == 1 ? "" : "s",
             receivers == 0 ? "" : " and " + std::to_string(receivers) + " receiving",
             segment_->path());
  if (replay_ || serve())
    return true;
  stop();
  segment_->set_state(shm::State::stopped);
  return false;
}

// From here on the daemon only reads what it has opened, and answers.
bool Daemon::serve() {
  std::string why;
  log_->info("dpdk's tools find it by --file-prefix {}{}", plan_.eal.file_prefix,
             capture_.eal->can_dump() ? "" : "; dpdk-pdump needs hugepages");
  telemetry_ = Telemetry::serve(segment_->path(), why);
  if (telemetry_ == nullptr)
    log_->warn("no telemetry: {}", why);
  if (!own_view_.open(segment_->path(), fault_.message))
    return false;
  capture::before_unmapping([this] { own_view_.let_pollers_come_round(); });
  if (!give_up())
    return false;
  const auto counted = [](std::size_t n, const char *what) {
    return std::to_string(n) + what + (n == 1 ? "" : "s");
  };
  notifier_.ready("watching " + counted(capture_.ports.size(), " port") + " with " +
                  counted(crew_.workers().size(), " worker"));
  return true;
}

bool Daemon::give_up() {
  Keeps keeps{.config = inputs_.config,
              .rules = inputs_.rules.get(),
              .config_file = options_.config,
              .rules_cache = cache_folder(inputs_.config),
              .segment_folder = segment_->path().substr(0, segment_->path().rfind('/')),
              .dpdk_folder = capture::Eal::folder(),
              .drivers = {}};
  for (const auto &port : capture_.ports)
    keeps.drivers.push_back(port->driver());
  Fences fences;
  const bool good = give_up_rights(keeps, fences, fault_.message);
  say({std::move(fences.infos), std::move(fences.warnings)});
  segment_->show_fences((fences.calls ? shm::fence_bit::calls : 0) |
                        (fences.files ? shm::fence_bit::files : 0));
  return good;
}

Duties Daemon::duties() {
  surroundings_ = std::make_unique<Surroundings>(capture_);
  reload_ = std::make_unique<Reload>(options_, inputs_, crew_.workers(), *log_);
  Duties duties;
  duties.reload = [this] {
    notifier_.reloading(shm::monotonic_now());
    reopen();
    reload_->ask();
  };
  duties.at_turn = [this](base::Nanos now) {
    own_view_.tell(now, inputs_.rules.get(), *log_);
    if (own_view_.all_turn()) // else the service manager hears nothing, and starts the daemon anew
      notifier_.alive(now);
    for (const Surroundings::Remark &remark : surroundings_->look(now))
      log_->log(remark.is_good ? spdlog::level::info : spdlog::level::warn, remark.line);
    if (const std::optional<bool> good = reload_->turn(now)) {
      segment_->show_rules(names_of(inputs_.rules.get()));
      segment_->count_reload(*good);
      notifier_.ready(*good ? "reloaded" : "the last reload failed: see the log");
    }
    return reload_->busy();
  };
  return duties;
}

// Whoever moves logs aside (logrotate) asks for a new file by a reload.
void Daemon::reopen() {
  std::string fault;
  if (!reopen_log(*log_, inputs_.config.log.file, fault))
    log_->error("{}: the log goes on in the file that was open", fault);
}

void Daemon::stop() {
  notifier_.stopping();
  segment_->set_state(shm::State::stopping);
  crew_.stop();
  own_view_.pollers_are_gone();
  capture::before_unmapping({});
}

int Daemon::watch() {
  Control control(capture_, crew_, *segment_, *log_, duties());
  const Control::End end = control.watch(signals_, replay_.has_value());
  stop();
  control.store();
  segment_->set_state(shm::State::stopped);
  const record::WorkerStats total = total_of(crew_.workers());
  if (std::string none; replay_)
    own_view_.open(segment_->path(), none);
  own_view_.tell_rest(*log_);
  if (end == Control::End::stuck)
    return fail(options_.replay + ": the virtual port delivered " +
                std::to_string(total.counters.received_packets) +
                " packets and then no more: it may be short of buffers (capture.mbufs)");
  if (replay_)
    (void)std::printf("%s: %s\n", options_.replay.c_str(), summary(total).c_str());
  else
    log_->info("stopped: {}", summary(total));
  return 0;
}

} // namespace

int run(const Options &options) {
  std::vector<std::string> faults;
  std::optional<Inputs> inputs = gather(options, faults);
  for (const std::string &fault : faults)
    fail(fault);
  if (!inputs)
    return kFault;
  if (options.check_config) {
    (void)std::puts("the configuration is good");
    if (inputs->config.capture.ports.empty())
      (void)std::fputs(
          "handspand: it names no port to watch yet: the daemon starts when capture.ports "
          "does\n",
          stderr);
    return 0;
  }
  Daemon daemon(options, std::move(*inputs));
  if (!daemon.prepare() || !daemon.open())
    return fail(daemon.fault());
  return daemon.watch();
}

} // namespace handspan::daemon
