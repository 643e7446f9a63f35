// handspan read: connections of capture files, without a daemon.
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/fact_buffer.h"
#include "handspan/common/file_settings.h"
#include "handspan/common/output.h"
#include "handspan/common/printer.h"
#include "handspan/common/progress.h"
#include "handspan/common/reading.h"
#include "handspan/common/retry_window.h"
#include "inspect/inspector.h"
#include "offline/capture_file.h"
#include "render/capture.h"
#include "render/utf8.h"

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
  FileOptions file;
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
    if (!how_.prepare(options_.file))
      return false;
    how_.settings.handshake_events = options_.events == "all";
    return true;
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
    buffer.set_retry_window(options_.window.or_else(how_.retry_window));
    BufferSink sink(buffer);
    Reading reading{how_.settings, how_.rules.get(), nullptr, inspect::FactScope::handshakes};
    if (ladders)
      reading.facts = &facts;
    const record::WorkerStats counted = read_through(*file, reading, sink, progress, output_);
    buffer.flush();
    printer.total();
    if (!options_.json)
      output_.write(
          render::no_tcp(counted.counters, style_) +
          render::cut_frames(file->cut().frames, file->packets(), file->cut().bytes, style_));
    output_.flush(); // so that a fault stands behind what was read
    return is_whole(*file, shown, counted);
  }

  ReadOptions options_;
  render::Style style_;
  Output &output_;
  FileSettings how_;
};

int run(const ReadOptions &options) {
  Output output;
  Reader reader(options, output);
  if (!reader.prepare())
    return kFault;
  return output.finish(reader.all());
}

} // namespace

void add_read(Command app, Action &chosen) {
  auto options = std::make_shared<ReadOptions>();
  Command read = app.verb("read", "connections of capture files (pcap, pcapng)");
  read.option("FILE", options->files, "capture files; - is standard input").required();
  read.flag("--json", options->json, "one JSON object a line");
  read.flag("--ladder", options->ladder,
            "with each connection, its messages as arrows between client and server");
  add_file_options(read, options->file);
  add_retry_window_option(read, options->window);
  read.option("--lang", options->language, "language of sentences: en or zh").one_of({"en", "zh"});
  read.option("--events", options->events,
              "connection: when it has ended; all: also when its TLS handshake has")
      .one_of({"connection", "all"});
  read.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
