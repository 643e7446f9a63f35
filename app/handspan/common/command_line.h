// The command line as the verbs see it. CLI11 does the work, but its headers stay in one source
// file: they cost more to compile than a verb does.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace handspan::app {

class Option {
public:
  explicit Option(CLI::Option *option) : option_(option) {}

  Option required();
  Option excludes(Option other);
  Option needs(Option other);
  Option type_name(const std::string &name);
  Option show_default(); // in the help
  // The value is good if `fault` says nothing of it.
  Option check(std::function<std::string(const std::string &value)> fault);
  Option one_of(std::vector<std::string> values);
  Option within(double least, double most);
  Option positive();

private:
  CLI::Option *option_;
};

// What the command line takes, for completion.
struct OptionDescription {
  std::vector<std::string> names; // "-n", "--filter"; empty: a place for files or words
  std::string help;
  std::string value;               // what it takes: "FILE"; empty: nothing
  std::vector<std::string> values; // if it takes one of these alone
};
struct VerbDescription {
  std::string name, help;
  std::vector<OptionDescription> options;
};

// A verb with its options; what they are given is stored when the command line is read.
class Command {
public:
  explicit Command(CLI::App *app, std::string group = {}) : app_(app), group_(std::move(group)) {}

  // The same verb; its options stand under this heading in the help.
  [[nodiscard]] Command group(const std::string &heading) const { return Command(app_, heading); }

  Command verb(const std::string &name, const std::string &help);
  void needs_verb(); // one of those below it
  Option option(const std::string &name, std::string &value, const std::string &help);
  Option option(const std::string &name, std::vector<std::string> &values, const std::string &help);
  Option option(const std::string &name, std::uint64_t &value, const std::string &help);
  Option option(const std::string &name, double &value, const std::string &help);
  Option flag(const std::string &name, bool &value, const std::string &help);
  void footer(const std::string &text);
  // Stand at the end of the help, a line each, without the program's name.
  void examples(const std::vector<std::string> &lines);
  // Not in the list of verbs.
  void hide();
  // Of the program: its verbs, but for hidden ones.
  [[nodiscard]] std::vector<VerbDescription> described() const;
  void when_chosen(std::function<void()> then);

private:
  Option grouped(CLI::Option *option);

  CLI::App *app_;
  std::string group_;
};

} // namespace handspan::app
