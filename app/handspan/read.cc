// handspan read: connections of capture files, without a daemon.
#include "commands.h"
#include "common/settings.h"
#include "exit_codes.h"
#include "inspect/inspector.h"
#include "offline/capture_file.h"
#include "output.h"
#include "printer.h"
#include "progress.h"
#include "record_buffer.h"
#include "render/utf8.h"
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

// Records are put in order within this; 100,000 connections and more.
constexpr std::size_t kMaxSortedBytes = std::size_t{256} << 20;

struct ReadOptions {
  std::vector<std::string> files;
  bool json = false;
  std::string rules;
  std::string config;
  std::string language;
  std::string events = "connection";
};

struct BufferSink final : inspect::Sink {
  explicit BufferSink(RecordBuffer &to) : buffer(to) {}
  void emit(const record::Record &record) override { buffer.add(record); }
  RecordBuffer &buffer;
};

// A file can't have more connections than packets: memory for more is never needed. It takes 16
// bytes of packet header and 40 of IP and TCP to make a packet in a capture.
inspect::Settings fitted(inspect::Settings settings, std::uint64_t file_bytes) {
  if (file_bytes == 0)
    return settings;
  static constexpr std::uint64_t kSmallestPacket = 56;
  static constexpr std::uint32_t kLeast = 1024;
  const auto fit = [](std::uint32_t &limit, std::uint64_t enough) {
    if (enough < limit)
      limit = std::min(limit, std::max(kLeast, static_cast<std::uint32_t>(enough)));
  };
  const std::uint64_t packets = file_bytes / kSmallestPacket + 1;
  fit(settings.limits.flows, packets);
  fit(settings.limits.tls_sessions, packets);
  fit(settings.limits.hello_buffers, packets);
  fit(settings.limits.segment_buffers, packets);
  return settings;
}

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
    Printer printer(options_.json ? Printer::Form::json : Printer::Form::blocks, style_, output_);
    RecordBuffer buffer(kMaxSortedBytes, [&](const record::Record &record) {
      progress.clear();
      printer(record);
    });
    BufferSink sink(buffer);
    inspect::Inspector inspector(fitted(settings_, file->size()), rules_.get(), sink);
    for (auto burst = file->next(); !burst.empty() && output_.ok(); burst = file->next()) {
      inspector.inspect(burst);
      inspector.sweep(burst.back().time);
      progress.at(*file);
    }
    inspector.finish(inspect::Inspector::End::capture_ended);
    progress.clear();
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
  read->add_option("--rules", options->rules, "rules file (TOML)");
  read->add_option("--config", options->config, "configuration: time-outs, limits, rules");
  read->add_option("--lang", options->language, "language of sentences: en or zh")
      ->check(CLI::IsMember({"en", "zh"}));
  read->add_option("--events", options->events,
                   "connection: when it has ended; all: also when its TLS handshake has")
      ->check(CLI::IsMember({"connection", "all"}));
  read->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
