// handspan explain: connections packet by packet, of a capture file or of a daemon.
#include "render/explain.h"
#include "handspan/common/capture_run.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/live_story.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "handspan/common/page/anonymise.h"
#include "handspan/common/page/one_connection.h"
#include "handspan/common/selection.h"
#include "render/answers.h"
#include "render/capture.h"
#include "render/connection.h"
#include "render/explain_json.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <unistd.h>

namespace handspan::app {
namespace {

constexpr std::size_t kMaxFactBytes = std::size_t{1} << 30;
constexpr std::size_t kPageWidth = 100; // columns of the text on a page

struct ExplainOptions {
  std::vector<std::string> what; // capture files or a flow id
  SegmentOptions segment;
  CaptureOptions capture;
  SelectionOptions selection;
  LookOptions look;
  std::uint64_t connection = 0; // 0 = all
  bool json = false;
  bool html = false;      // a page of one connection
  bool anonymise = false; // on it
  bool full = false;      // every packet of long transfers, too
};

std::string page_of(const ExplainOptions &options, const record::Record &record,
                    std::uint64_t number, std::span<const record::PacketFact> facts,
                    std::span<const record::PayloadPart> parts) {
  render::Style style = style_for(options.look);
  style.colours = false;
  style.width = kPageWidth;
  const auto shown = std::make_unique<record::Record>(record);
  if (options.anonymise)
    Anonymiser().apply(*shown);
  return connection_page(*shown, number,
                         render::explain(*shown, number, facts, parts, style, {options.full}),
                         style.language);
}

class FileExplainer final : public CaptureTaker {
public:
  FileExplainer(const ExplainOptions &options, Output &output)
      : options_(options), style_(style_for(options.look)), output_(output), facts_(kMaxFactBytes) {
  }

  int run() {
    CaptureRun captures(options_.capture, output_);
    if (const int code = selection_.prepare(options_.selection, style_); code != kOk)
      return code;
    if (!captures.prepare())
      return kFault;
    captures.tell_facts(facts_, inspect::FactScope::all);
    return captures.run(*this) == kOk && !lacking_ ? kOk : kFault;
  }

  // Of several connections, a list comes first: what is told of each waits until all are known.
  void take(const record::Record &record, std::uint64_t number) override {
    ++count_;
    const FactBuffer::Story story = facts_.take(record.flow_id);
    const bool wanted = selection_.wants(record);
    if (!wanted || (options_.connection != 0 && options_.connection != number))
      return;
    if (options_.json)
      return output_.line(
          render::explain_json(record, story.facts, story.parts, 0, style_.language));
    if (options_.html) {
      told_.push_back(page_of(options_, record, number, story.facts, story.parts));
      return;
    }
    told_.push_back(
        render::explain(record, number, story.facts, story.parts, style_, {options_.full}));
    list_ += render::connection_title(record, number, style_);
    list_ += render::connection_verdict(record, style_);
  }

  void end(const Capture &capture, const record::WorkerStats &counted) override {
    if (options_.html) {
      page(capture);
    } else if (!options_.json) {
      finish();
      output_.write(render::no_tcp(counted.counters, style_));
    }
    output_.flush();
    if (options_.connection <= count_)
      return;
    lacking_ = true;
    if (!options_.html)
      complain(capture.shown, "there is no connection " + std::to_string(options_.connection) +
                                  ", only " + std::to_string(count_));
  }

private:
  void page(const Capture &capture) {
    lacking_ = told_.size() != 1;
    if (lacking_)
      return complain(capture.shown, "--html is for one connection, and there are " +
                                         std::to_string(told_.size()) +
                                         ": choose it by --connection or --filter");
    output_.write(told_.front());
  }
  void finish() {
    if (count_ == 0)
      output_.line(render::fill(render::Phrase::total_all, style_.language, {{"n", "0"}}));
    else if (told_.empty() && !selection_.is_everything())
      output_.write(render::none_of(render::Phrase::none_connections, selection_.seen(),
                                    selection_.since(), style_));
    if (told_.size() > 1) {
      output_.line(render::fill(render::Phrase::ex_list, style_.language,
                                {{"n", render::grouped(told_.size())}}));
      output_.line(list_);
    }
    for (std::size_t i = 0; i < told_.size() && output_.ok(); ++i) {
      if (i > 0)
        output_.write("\n\n");
      output_.write(told_[i]);
    }
  }

  const ExplainOptions &options_;
  render::Style style_;
  Output &output_;
  Selection selection_;
  FactBuffer facts_;
  bool lacking_ = false; // the connection that was asked for
  std::uint64_t count_ = 0;
  std::vector<std::string> told_;
  std::string list_;
};

// Without its packets, what the record alone tells.
void tell_record(const ExplainOptions &options, const record::Record &record, Output &output) {
  const render::Style style = style_for(options.look);
  if (options.json)
    output.line(render::explain_json(record, {}, {}, 0, style.language));
  else
    output.write(render::connection_block(record, 0, style));
  output.flush();
}

int explain_live(const ExplainOptions &options, const record::FlowId &id, Output &output) {
  if (options.connection != 0) {
    complain("--connection is for capture files: a flow id names one connection");
    return kUsage;
  }
  const LiveStory found = find_live_story(options.segment, options.capture.window, id);
  if (found.code != kOk)
    return found.code;
  if (found.record != nullptr && found.story == nullptr)
    tell_record(options, *found.record, output);
  if (found.story == nullptr) {
    complain(record::text(id), found.why);
    return kFault;
  }
  const render::Style style = style_for(options.look);
  const auto facts = found.story->facts.view();
  const auto parts = found.story->parts.view();
  if (options.json) {
    output.line(
        render::explain_json(*found.record, facts, parts, found.story->missing, style.language));
    return kOk;
  }
  if (options.html) {
    output.write(page_of(options, *found.record, 0, facts, parts));
    return kOk;
  }
  output.write(tell(found, style, options.full));
  return kOk;
}

int run(const ExplainOptions &options) {
  Output output;
  const std::string &what = options.what.front();
  const bool is_file = options.what.size() > 1 || what == "-" || access(what.c_str(), F_OK) == 0;
  if (is_file)
    return output.finish(FileExplainer(options, output).run());
  if (const auto id = record::parse_flow_id(what))
    return output.finish(explain_live(options, *id, output));
  complain(render::printable(what),
           "no such file, and no flow id either (0x and up to 32 digits, as handspan log "
           "shows it)");
  return kFault;
}

} // namespace

void add_explain(Command app, Action &chosen) {
  auto options = std::make_shared<ExplainOptions>();
  Command explain = app.verb(
      "explain", "every packet of a connection in sentences, of a capture file or of a daemon");
  explain
      .option("FILE|FLOW_ID", options->what,
              "a capture file (or several that follow each other), - for standard input; or a "
              "connection of a running or stopped daemon, by the flow id that log and failures "
              "show")
      .required();
  explain
      .option("--connection", options->connection,
              "of a file, only this one, by the number that read shows")
      .positive();
  const Option json = explain.flag("--json", options->json, "one JSON object a connection");
  explain.flag("--full", options->full, "every packet: long runs of ordinary data and ACKs, too")
      .excludes(json);
  const Option page =
      explain.flag("--html", options->html, "a page of HTML that needs nothing beside itself")
          .excludes(json);
  explain
      .flag("--anonymise", options->anonymise,
            "with --html: replace addresses and names, each always by the same")
      .needs(page);
  add_selection_options(explain, options->selection);
  add_capture_options(explain, options->capture);
  add_segment_options(explain, options->segment);
  add_look_options(explain, options->look);
  explain.examples({"explain --connection 1 capture.pcap",
                    "explain --filter 'outcome == failed' --lang zh capture.pcap",
                    "explain 0x69283a1f9c1b22e0002a"});
  explain.when_chosen([options, &chosen] {
    options->capture.files = options->what;
    chosen = [options] { return run(*options); };
  });
}

} // namespace handspan::app
