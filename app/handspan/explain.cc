// handspan explain: the connections of a capture file, packet by packet.
#include "render/explain.h"
#include "commands.h"
#include "common/settings.h"
#include "exit_codes.h"
#include "fact_buffer.h"
#include "output.h"
#include "progress.h"
#include "reading.h"
#include "render/connection.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace handspan::app {
namespace {

constexpr std::size_t kMaxFactBytes = std::size_t{1} << 30;

struct ExplainOptions {
  std::string file;
  std::uint64_t connection = 0; // 0 = all
  std::string language;
};

class Explainer {
public:
  Explainer(const ExplainOptions &options, Output &output)
      : options_(options), style_(style_for(options.language)), output_(output),
        facts_(kMaxFactBytes),
        records_([this](const record::Record &record) { connection(record); }) {}

  int run() {
    const std::string shown =
        options_.file == "-" ? "standard input" : render::printable(options_.file);
    std::string fault;
    const auto file = offline::CaptureFile::open(options_.file, fault);
    if (file == nullptr) {
      complain(shown, fault);
      return kFault;
    }
    Reading reading;
    read_to_the_end(reading.settings);
    reading.settings.handshake_events = false;
    reading.facts = &facts_;
    if (!randomize(reading.settings)) {
      complain("no random numbers from the kernel");
      return kFault;
    }
    Progress progress(shown);
    BufferSink sink(records_);
    read_through(*file, reading, sink, progress, output_);
    records_.flush();
    finish();
    output_.flush();
    if (!file->fault().empty()) {
      complain(shown, file->fault());
      return kFault;
    }
    if (options_.connection <= count_)
      return kOk;
    complain(shown, "there is no connection " + std::to_string(options_.connection) + ", only " +
                        std::to_string(count_));
    return kFault;
  }

private:
  // Of several connections, a list comes first: what is told of each waits until all are known.
  void connection(const record::Record &record) {
    const std::uint64_t number = ++count_;
    const FactBuffer::Story story = facts_.take(record.flow_id);
    if (options_.connection != 0 && options_.connection != number)
      return;
    told_.push_back(render::explain(record, number, story.facts, story.parts, style_));
    list_ += render::connection_title(record, number, style_);
    list_ += render::connection_verdict(record, style_);
  }

  void finish() {
    if (count_ == 0)
      output_.line(render::fill(render::Phrase::total_all, style_.language, {{"n", "0"}}));
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
  FactBuffer facts_;
  RecordBuffer records_;
  std::uint64_t count_ = 0;
  std::vector<std::string> told_;
  std::string list_;
};

int run(const ExplainOptions &options) {
  Output output;
  return output.finish(Explainer(options, output).run());
}

} // namespace

void add_explain(CLI::App &app, Action &chosen) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App *explain =
      app.add_subcommand("explain", "every packet of a capture file's connections, in sentences");
  explain->add_option("FILE", options->file, "capture file; - is standard input")->required();
  explain
      ->add_option("--connection", options->connection,
                   "only this one, by the number that read shows")
      ->check(CLI::PositiveNumber);
  explain->add_option("--lang", options->language, "language of sentences: en or zh")
      ->check(CLI::IsMember({"en", "zh"}));
  explain->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
