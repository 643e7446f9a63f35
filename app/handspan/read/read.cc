// handspan read: connections of capture files, without a daemon.
#include "handspan/common/capture_run.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/listing.h"
#include "handspan/common/look.h"
#include "handspan/common/selection.h"
#include "render/answers.h"
#include "render/capture.h"

#include <memory>
#include <string>

namespace handspan::app {
namespace {

constexpr std::size_t kMaxFactBytes = std::size_t{512} << 20;

struct ReadOptions {
  CaptureOptions capture;
  SelectionOptions selection;
  ListingOptions listing;
  LookOptions look;
  bool ladder = false, failed = false;
  std::string events = "connection";
};

class Reader final : public CaptureTaker {
public:
  Reader(const ReadOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output) {}

  int run() {
    CaptureRun captures(options_.capture, output_);
    if (options_.capture.files.empty() == options_.capture.interface.empty()) {
      complain("FILE is required, or an interface by -i (see handspan read --help)");
      return kUsage;
    }
    if (int code = selection_.prepare(options_.selection, style_); code != kOk)
      return code;
    if (!captures.prepare())
      return kFault;
    if (options_.events == "all")
      captures.tell_handshakes();
    if (options_.ladder)
      captures.tell_facts(facts_, inspect::FactScope::handshakes);
    if (const int code = begin_list(); code != kOk)
      return code;
    return captures.run(*this);
  }

  [[nodiscard]] bool as_they_end() const override { return true; }

  void begin(const Capture &capture) override {
    (void)begin_list();
    seen_ = selection_.seen();
    if (list_->for_people() && options_.capture.files.size() > 1)
      output_.line(render::paint(capture.shown, render::Colour::bold, style_));
  }

  void take(const record::Record &record, std::uint64_t number) override {
    const bool wanted =
        selection_.wants(record) && (!options_.failed || record.outcome == record::Outcome::failed);
    if (wanted)
      list_->add(record, number);
    else if (options_.ladder)
      (void)facts_.take(record.flow_id);
  }

  void end(const Capture &capture, const record::WorkerStats &counted) override {
    list_->finish();
    if (!list_->for_people())
      return;
    const std::uint64_t seen = selection_.seen() - seen_;
    if (list_->printed() == 0 && seen > 0)
      output_.write(render::none_of(options_.failed && !selection_.has_filter()
                                        ? render::Phrase::none_failures
                                        : render::Phrase::none_connections,
                                    seen, selection_.since(), style_));
    else
      list_->printer().total();
    output_.write(
        render::no_tcp(counted.counters, style_) +
        render::cut_frames(capture.cut.frames, capture.packets, capture.cut.bytes, style_));
  }

private:
  // Each capture has a list of its own.
  int begin_list() {
    list_ = std::make_unique<Listing>(options_.listing, Listing::Keep::first, style_, output_);
    return list_->prepare(Printer::Form::blocks, options_.ladder ? &facts_ : nullptr);
  }

  const ReadOptions &options_;
  render::Style style_;
  Output &output_;
  Selection selection_;
  FactBuffer facts_{kMaxFactBytes};
  std::unique_ptr<Listing> list_;
  std::uint64_t seen_ = 0; // before this capture
};

int run(const ReadOptions &options) {
  Output output;
  const int code = Reader(options, output).run();
  return output.finish(code);
}

} // namespace

void add_read(Command app, Action &chosen) {
  auto options = std::make_shared<ReadOptions>();
  Command read =
      app.verb("read", "connections of capture files (pcap, pcapng), or of an interface");
  read.option("FILE", options->capture.files,
              "capture files, also compressed (gzip, zstd, lz4); - is standard input, and shows "
              "connections as they end");
  read.option("-i,--interface", options->capture.interface,
              "instead of files, listen on this network interface until interrupted, and show "
              "connections as they end; without the daemon")
      .type_name("NAME");
  add_selection_options(read, options->selection);
  read.group("Which connections").flag("--failed", options->failed, "those that failed");
  add_listing_options(read, options->listing);
  Command form = read.group("Which form");
  form.flag("--ladder", options->ladder,
            "with each connection, its messages as arrows between client and server");
  form.option("--events", options->events,
              "connection: when it has ended; all: also when its TLS handshake has")
      .one_of({"connection", "all"})
      .type_name("WHICH");
  add_capture_options(read, options->capture);
  add_look_options(read, options->look);
  read.examples({"read capture.pcap", "read --failed --oneline capture.pcap.gz",
                 "read --filter 'tls.version < \"TLSv1.2\" && src_ip in 10.0.0.0/8' capture.pcap",
                 "read --oneline --sort -timings.tls_total -n 10 capture.pcap",
                 "read --csv --fields timestamp,tls.sni,cause --failed ring_*.pcap",
                 "read -i eth0 --oneline"});
  read.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
