// handspan read: connections of capture files, without a daemon.
#include "commands.h"
#include "common/settings.h"
#include "exit_codes.h"
#include "fact_buffer.h"
#include "inspect/inspector.h"
#include "offline/capture_file.h"
#include "output.h"
#include "printer.h"
#include "progress.h"
#include "reading.h"
#include "render/utf8.h"
#include "retry_window.h"
#include "rules/rules.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

constexpr std::size_t kMaxFactBytes = std::size_t{512} << 20;

struct ReadOptions {
  std::vector<std::string> files;
  bool json = false;
  bool ladder = false;
  std::string rules;
  std::string config;
  std::string language;
  std::string events = "connection";
  RetryWindow window;
};

class Reader {
public:
  Reader(ReadOptions options, Output &output)
      : options_(std::move(options)), style_(style_for(options_.language)), output_(output) {}

  // False, and said why, if the configuration or the rules can't be had.
  bool prepare() {
    std::string rules = options_.rules;
    if (!options_.config.empty()) {
      std::vector<config::Fault> faults;
      const auto config = config::load(options_.config, faults);
      for (const config::Fault &fault : faults)
        complain(fault.text());
      if (!config)
        return false;
      settings_ = inspect_settings(*config);
      configured_window_ = config->retries.window;
      if (rules.empty())
        rules = config->rules.file;
    } else {
      read_to_the_end(settings_); // timeouts are for who asks for them by a configuration
    }
    if (!randomize(settings_)) {
      complain("no random numbers from the kernel");
      return false;
    }
    settings_.handshake_events = options_.events == "all";
    if (rules.empty())
      return true;
    rules::Fault fault;
    rules_ = rules::RuleSet::load(rules, fault);
    if (rules_ == nullptr)
      complain(fault.message);
    return rules_ != nullptr;
  }

  int all() {
    bool good = true;
    for (const std::string &path : options_.files) {
      if (!output_.ok())
        break;
      good = one(path) && good;
    }
    return good ? kOk : kFault;
  }

private:
  // Each file is a capture of its own. False if something is wrong with it.
  bool one(const std::string &path) {
    const std::string shown = path == "-" ? "standard input" : render::printable(path);
    std::string fault;
    const auto file = offline::CaptureFile::open(path, fault);
    if (file == nullptr) {
      complain(shown, fault);
      return false;
    }
    if (!options_.json && options_.files.size() > 1)
      output_.line(render::paint(shown, render::Colour::bold, style_));
    Progress progress(shown);
    FactBuffer facts(kMaxFactBytes);
    const bool ladders = options_.ladder && !options_.json;
    Printer printer(options_.json ? Printer::Form::json : Printer::Form::blocks, style_, output_,
                    ladders ? &facts : nullptr);
    RecordBuffer buffer([&](const record::Record &record) {
      progress.clear();
      printer(record);
    });
    buffer.set_retry_window(options_.window.or_else(configured_window_));
    BufferSink sink(buffer);
    Reading reading{settings_, rules_.get(), nullptr, inspect::FactScope::handshakes};
    if (ladders)
      reading.facts = &facts;
    read_through(*file, reading, sink, progress, output_);
    buffer.flush();
    printer.total();
    if (file->fault().empty())
      return true;
    output_.flush(); // so that the fault stands behind what was read
    complain(shown, file->fault());
    return false;
  }

  ReadOptions options_;
  render::Style style_;
  Output &output_;
  inspect::Settings settings_;
  base::Nanos configured_window_ = 0;
  std::unique_ptr<rules::RuleSet> rules_;
};

int run(const ReadOptions &options) {
  Output output;
  Reader reader(options, output);
  if (!reader.prepare())
    return kFault;
  return output.finish(reader.all());
}

} // namespace

void add_read(CLI::App &app, Action &chosen) {
  auto options = std::make_shared<ReadOptions>();
  CLI::App *read = app.add_subcommand("read", "connections of capture files (pcap, pcapng)");
  read->add_option("FILE", options->files, "capture files; - is standard input")->required();
  read->add_flag("--json", options->json, "one JSON object a line");
  read->add_flag("--ladder", options->ladder,
                 "with each connection, its messages as arrows between client and server");
  read->add_option("--rules", options->rules, "rules file (TOML)");
  read->add_option("--config", options->config, "configuration: time-outs, limits, rules");
  add_retry_window_option(*read, options->window);
  read->add_option("--lang", options->language, "language of sentences: en or zh")
      ->check(CLI::IsMember({"en", "zh"}));
  read->add_option("--events", options->events,
                   "connection: when it has ended; all: also when its TLS handshake has")
      ->check(CLI::IsMember({"connection", "all"}));
  read->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
