#include "command_line.h"

#include "commands.h"
#include "common/build.h"
#include "common/version.h"
#include "exit_codes.h"
#include "output.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace handspan::app {

Option Option::required() {
  option_->required();
  return *this;
}

Option Option::excludes(Option other) {
  option_->excludes(other.option_);
  return *this;
}

Option Option::needs(Option other) {
  option_->needs(other.option_);
  return *this;
}

Option Option::type_name(const std::string &name) {
  option_->type_name(name);
  return *this;
}

Option Option::show_default() {
  option_->capture_default_str();
  return *this;
}

Option Option::check(std::function<std::string(const std::string &)> fault) {
  option_->check(std::move(fault));
  return *this;
}

Option Option::one_of(std::vector<std::string> values) {
  option_->check(CLI::IsMember(std::move(values)));
  return *this;
}

Option Option::within(double least, double most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

Option Option::positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

Command Command::verb(const std::string &name, const std::string &help) {
  return Command(app_->add_subcommand(name, help));
}

void Command::needs_verb() {
  app_->require_subcommand(1);
}

Option Command::option(const std::string &name, std::string &value, const std::string &help) {
  return grouped(app_->add_option(name, value, help));
}

Option Command::option(const std::string &name, std::vector<std::string> &values,
                       const std::string &help) {
  return grouped(app_->add_option(name, values, help));
}

Option Command::option(const std::string &name, std::uint64_t &value, const std::string &help) {
  return grouped(app_->add_option(name, value, help));
}

Option Command::option(const std::string &name, double &value, const std::string &help) {
  return grouped(app_->add_option(name, value, help));
}

Option Command::flag(const std::string &name, bool &value, const std::string &help) {
  return grouped(app_->add_flag(name, value, help));
}

Option Command::grouped(CLI::Option *option) {
  if (!group_.empty())
    option->group(group_);
  return Option(option);
}

void Command::footer(const std::string &text) {
  app_->footer(text);
}

void Command::examples(const std::vector<std::string> &lines) {
  std::string text = "Examples:";
  for (const std::string &line : lines)
    text += "\n  handspan " + line;
  const std::string before = app_->get_footer();
  app_->footer(before.empty() ? text : before + "\n\n" + text);
}

void Command::hide() {
  app_->group("");
}

namespace {

// CLI11 tells the type and what a value is held against in one text: "LANG:{en,zh}".
OptionDescription description_of(const CLI::Option &option) {
  OptionDescription told;
  for (const std::string &name : option.get_snames())
    told.names.push_back("-" + name);
  for (const std::string &name : option.get_lnames())
    told.names.push_back("--" + name);
  told.help = option.get_description();
  if (option.get_items_expected_max() == 0)
    return told;
  const std::string type = option.get_type_name();
  told.value = type.substr(0, type.find_first_of(":{"));
  const std::size_t open = type.find('{'), close = type.find('}');
  for (std::size_t at = open + 1; open != std::string::npos && at < close;) {
    const std::size_t end = std::min(type.find(',', at), close);
    told.values.push_back(type.substr(at, end - at));
    at = end + 1;
  }
  return told;
}

} // namespace

std::vector<VerbDescription> Command::described() const {
  std::vector<VerbDescription> verbs;
  for (const CLI::App *verb : app_->get_subcommands([](const CLI::App *) { return true; })) {
    if (verb->get_group().empty())
      continue;
    VerbDescription told{verb->get_name(), verb->get_description(), {}};
    for (const CLI::Option *option : verb->get_options())
      told.options.push_back(description_of(*option));
    verbs.push_back(std::move(told));
  }
  return verbs;
}

void Command::when_chosen(std::function<void()> then) {
  app_->callback(std::move(then));
}

namespace {

// CLI11's messages may have several lines; a fault is one.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text;
}

std::string usage_fault(const CLI::App &app, const CLI::ParseError &error, int argc, char **argv) {
  if (!app.get_subcommands().empty())
    return one_line(error.what());
  return argc < 2 ? "a command is missing" : std::string("no such command: ") + argv[1];
}

} // namespace

int run_command_line(int argc, char **argv) {
  CLI::App app("Shows TCP and TLS connections: how far they came, how long it took, and why "
               "they failed.",
               "handspan");
  app.set_version_flag("--version",
                       std::string("handspan ").append(kVersion).append("\n").append(kBuild));
  app.require_subcommand(1);
  app.footer("Exit status: 0 ok, 1 fault, 2 wrong usage, 3 no daemon.");
  Action chosen;
  add_verbs(Command(&app), chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError &error) {
    if (error.get_exit_code() == 0)
      return app.exit(error); // --help, --version
    complain(usage_fault(app, error, argc, argv) + " (see handspan --help)");
    return kUsage;
  }
  return chosen();
}

} // namespace handspan::app
