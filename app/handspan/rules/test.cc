// handspan rules test: which connections of capture files hit which rules, and where in the field.
#include "base/quote.h"
#include "handspan/common/capture_run.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "handspan/rules/field_text.h"
#include "handspan/rules/parts.h"
#include "render/units.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

// Tells each connection that was hit with its rules, be they such that count alone, or that hide
// it.
class HitTeller final : public CaptureTaker {
public:
  HitTeller(const rules::RuleSet &set, Output &output) : set_(set), output_(output) {}

  void begin(const Capture &capture) override { output_.line(capture.shown); }
  void take(const record::Record &, std::uint64_t) override {}

  void rule_hit(const rules::Note &note, std::uint64_t flow_id) override {
    hits_[flow_id].push_back(note);
    ++counts_[note.rule()];
  }
  void emitted(const record::Record &record) override { tell(record); }
  void ignored(const record::Record &record) override { tell(record); }

  // How many connections each rule hit, those without a hit included.
  void total() {
    for (std::size_t i = 0; i < set_.rules().size(); ++i) {
      const auto count = counts_.find(i);
      output_.line(title(set_.rules()[i]) + ": " +
                   std::to_string(count == counts_.end() ? 0 : count->second) + " of " +
                   std::to_string(connections_) + " connections");
    }
  }

private:
  static std::string title(const rules::Rule &rule) {
    return "rule " + std::to_string(rule.id) + ' ' + base::quoted(rule.name) + " (" +
           std::string(rules::kSeverities[static_cast<std::size_t>(rule.severity)]) + ')';
  }

  void tell(const record::Record &record) {
    if (record.kind != record::Kind::connection)
      return;
    ++connections_;
    const auto found = hits_.find(record.flow_id);
    if (found == hits_.end())
      return;
    std::string head = render::endpoint(record.client, record.client_port) + " > " +
                       render::endpoint(record.server, record.server_port);
    if (const auto name = record.view(record.tls.sni); !name.empty())
      head += ' ' + base::one_line(name);
    output_.line(head);
    for (const rules::Note &note : found->second)
      output_.line("  " + line(note, record));
    hits_.erase(found);
  }

  [[nodiscard]] std::string line(const rules::Note &note, const record::Record &record) const {
    const rules::Rule &rule = set_.rules()[note.rule()];
    const rules::Condition &condition = rule.conditions[note.condition()];
    std::string out = title(rule) + ": " + std::string(rules::title(condition));
    if (!rules::is_pattern(condition.ask))
      return out + hidden(rule);
    const std::string text = field_text(record, condition.field);
    if (!text.empty())
      out += ' ' + base::quoted(text, 200);
    if (const auto place = set_.locate(note, text))
      out += ": " + base::quoted(text.substr(place->offset, place->length)) + " at " +
             std::to_string(place->offset);
    return out + hidden(rule);
  }

  static std::string hidden(const rules::Rule &rule) {
    return (rule.actions & rules::action::ignore) != 0 ? "; the connection is ignored" : "";
  }

  const rules::RuleSet &set_;
  Output &output_;
  std::unordered_map<std::uint64_t, std::vector<rules::Note>> hits_; // by flow id
  std::unordered_map<std::size_t, std::size_t> counts_;              // by place
  std::size_t connections_ = 0;
};

int run(const CaptureOptions &options) {
  Output output;
  CaptureRun captures(options, output);
  if (!captures.prepare())
    return kFault;
  HitTeller hits(*captures.rules(), output);
  const int code = captures.run(hits);
  hits.total();
  return output.finish(code);
}

} // namespace

void add_rules_test(Command rules, Action &chosen) {
  auto options = std::make_shared<CaptureOptions>();
  Command test = rules.verb("test", "which connections of captures hit which rules, and where");
  test.option("FILE", options->how.rules, "a file of rules, or a folder of them").required();
  test.option("CAPTURE", options->files, "capture files; - is standard input").required();
  test.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
