// dpdk.eal_args: what would end the process, change what it is, or take from the daemon what it
// decides itself. DPDK reads its arguments by getopt_long(3), so that a long option may be cut
// short and letters may stand together.
#include "config/objections.h"

#include "base/quote.h"

#include <string_view>

namespace handspan::config {

namespace {

constexpr std::string_view kEnds = " only prints something and ends the process: remove it";
constexpr std::string_view kRole = " would make another kind of process of the daemon, which is "
                                   "always the primary one: remove it";
constexpr std::string_view kCores =
    " is the daemon's to decide: set workers.count, workers.lcores, workers.main_lcore, "
    "capture.receivers or capture.receiver_lcores instead";
constexpr std::string_view kPrefix =
    " is the daemon's to decide: it is made of instance.name, set that instead";

struct Refused {
  std::string_view option;
  std::string_view why;
};
constexpr Refused kLong[] = {{"--help", kEnds},         {"--version", kEnds},
                             {"--proc-type", kRole},    {"--lcores", kCores},
                             {"--main-lcore", kCores},  {"--master-lcore", kCores},
                             {"--file-prefix", kPrefix}};
constexpr Refused kShort[] = {{"h", kEnds},  {"v", kEnds},  {"l", kCores},
                              {"c", kCores}, {"s", kCores}, {"S", kCores}};

std::string_view name_of(std::string_view argument) {
  return argument.substr(0, argument.find('='));
}

// "--proc-t" too. Two dashes alone end the options, and what follows would be passed over.
std::string_view judge_long(std::string_view argument) {
  if (argument == "--")
    return " ends the arguments: what follows would be ignored; remove it";
  const std::string_view name = name_of(argument);
  for (const Refused &refused : kLong)
    if (refused.option.starts_with(name))
      return refused.why;
  return {};
}

std::string_view judge_short(std::string_view argument) {
  for (const Refused &refused : kShort)
    if (argument.substr(1).starts_with(refused.option))
      return refused.why;
  return {};
}

bool asks_for_levels(std::string_view argument, std::string_view next) {
  const std::string_view name = name_of(argument);
  if (name.size() < std::string_view("--log").size() ||
      !std::string_view("--log-level").starts_with(name))
    return false;
  return argument.size() > name.size() ? argument.substr(name.size() + 1) == "help"
                                       : next == "help";
}

} // namespace

std::string objection_to_eal_args(const std::vector<std::string> &arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    const std::string_view next =
        i + 1 < arguments.size() ? std::string_view(arguments[i + 1]) : std::string_view();
    const std::string_view why = asks_for_levels(argument, next) ? kEnds
                                 : argument.starts_with("--")    ? judge_long(argument)
                                 : argument.starts_with("-")     ? judge_short(argument)
                                                                 : std::string_view();
    if (!why.empty())
      return base::quoted(arguments[i]) + std::string(why);
  }
  return {};
}

} // namespace handspan::config
