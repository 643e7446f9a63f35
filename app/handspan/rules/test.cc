// handspan rules test: which connections of capture files hit which rules, and where in the field.
#include "base/quote.h"
#include "common/settings.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/output.h"
#include "handspan/common/reading.h"
#include "handspan/rules/field_text.h"
#include "handspan/rules/parts.h"
#include "offline/capture_file.h"
#include "render/units.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace handspan::app {
namespace {

struct TestOptions {
  std::string rules;
  std::vector<std::string> captures;
};

// Tells each connection that was hit with its rules, be they such that count alone, or that hide
// it.
class HitSink final : public inspect::Sink {
public:
  HitSink(const rules::RuleSet &set, Output &output) : set_(set), output_(output) {}

  void rule_hit(const rules::Note &note, std::uint64_t flow_id, base::Nanos) override {
    hits_[flow_id].push_back(note);
    ++counts_[note.rule()];
  }
  void emit(const record::Record &record) override { tell(record); }
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

// False, and said why, if something is wrong with the file.
bool read(const std::string &path, const inspect::Settings &settings, const rules::RuleSet &set,
          HitSink &sink, Output &output) {
  const std::string shown = path == "-" ? "standard input" : base::printable(path);
  std::string fault;
  const auto file = offline::CaptureFile::open(path, fault);
  if (file == nullptr) {
    complain(shown, fault);
    return false;
  }
  output.line(shown);
  Progress progress(shown);
  const Reading reading{settings, &set, nullptr, inspect::FactScope::handshakes};
  const record::WorkerStats counted = read_through(*file, reading, sink, progress, output);
  output.flush(); // so that a fault stands behind what was read
  return is_whole(*file, shown, counted);
}

int run(const TestOptions &options) {
  rules::Findings findings;
  const auto set = rules::RuleSet::load(options.rules, findings);
  for (const rules::Finding &finding : findings.all())
    complain(finding.text());
  if (!set)
    return kFault;
  inspect::Settings settings;
  read_to_the_end(settings);
  if (!randomize(settings)) {
    complain("no random numbers from the kernel");
    return kFault;
  }
  Output output;
  HitSink sink(*set, output);
  bool good = true;
  for (const std::string &path : options.captures)
    good = output.ok() && read(path, settings, *set, sink, output) && good;
  sink.total();
  return output.finish(good ? kOk : kFault);
}

} // namespace

void add_rules_test(Command rules, Action &chosen) {
  auto options = std::make_shared<TestOptions>();
  Command test = rules.verb("test", "which connections of captures hit which rules, and where");
  test.option("FILE", options->rules, "a file of rules, or a folder of them").required();
  test.option("CAPTURE", options->captures, "capture files; - is standard input").required();
  test.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
