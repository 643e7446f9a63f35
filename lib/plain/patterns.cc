#include "plain/patterns.h"

#include <hs.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace handspan::plain {

namespace {

enum class Sender : std::uint8_t { client, server, either };

struct Row {
  std::string_view title;
  Sender sender;
  Says says;
  const char *pattern;
};

constexpr Row kRows[] = {
#define HANDSPAN_PLAIN(title, sender, says, pattern) {title, Sender::sender, Says::says, pattern},
#include "plain/protocols.def"
#undef HANDSPAN_PLAIN
};
constexpr std::size_t kRowCount = std::size(kRows);

// A protocol has the number of its first row, counted from 1.
constexpr Protocol protocol_of(std::size_t row) {
  std::size_t first = 0;
  while (kRows[first].title != kRows[row].title)
    ++first;
  return static_cast<Protocol>(first + 1);
}
static_assert(kRowCount < 255, "a protocol is one byte");

constexpr std::array<Protocol, kRowCount> kProtocols = [] {
  std::array<Protocol, kRowCount> all{};
  for (std::size_t i = 0; i < kRowCount; ++i)
    all[i] = protocol_of(i);
  return all;
}();

constexpr std::array<bool, kRowCount> kAskTls = [] {
  std::array<bool, kRowCount> all{};
  for (std::size_t i = 0; i < kRowCount; ++i)
    if (kRows[i].says == Says::asks_tls || kRows[i].says == Says::frames_tls)
      all[kProtocols[i] - 1U] = true;
  return all;
}();

constexpr bool opens(Says says) {
  return says == Says::opens || is_header(says) || is_request(says);
}
constexpr bool replies(Says says) {
  return says != Says::opens && !is_header(says);
}
constexpr bool may_send(Sender sender, Side side) {
  return sender == Sender::either || (sender == Sender::client) == (side == Side::client);
}

struct FreeDatabase {
  void operator()(hs_database_t *database) const { hs_free_database(database); }
};
struct FreeScratch {
  void operator()(hs_scratch_t *scratch) const { hs_free_scratch(scratch); }
};

// Rows with opening words of one kind are compiled together: one automaton of all kinds would be
// forty times as large as its parts.
enum class Kind : std::uint8_t { text, binary, any };
constexpr std::size_t kKinds = 3;

constexpr Kind kind_of(std::string_view pattern) {
  if (pattern.starts_with("^."))
    return Kind::any;
  const bool binary =
      pattern.starts_with("^\\x") || pattern.starts_with("^[\\x") || pattern.starts_with("^\\r");
  return binary ? Kind::binary : Kind::text;
}

// Rows compiled together, when they are wanted first.
struct Group {
  std::once_flag once;
  std::unique_ptr<hs_database_t, FreeDatabase> database; // null: in error, or no row

  // The rows that `wanted` takes, by their index. SINGLEMATCH: a match ends where it first can.
  template <class Wanted> void compile(Wanted wanted) {
    std::vector<const char *> expressions;
    std::vector<unsigned int> ids;
    for (std::size_t i = 0; i < kRowCount; ++i) {
      if (!wanted(i))
        continue;
      expressions.push_back(kRows[i].pattern);
      ids.push_back(static_cast<unsigned int>(i));
    }
    const std::vector<unsigned int> flags(ids.size(), HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL);
    hs_database_t *made = nullptr;
    hs_compile_error_t *error = nullptr;
    if (ids.empty() || hs_compile_multi(expressions.data(), flags.data(), ids.data(),
                                        static_cast<unsigned int>(ids.size()), HS_MODE_BLOCK,
                                        nullptr, &made, &error) != HS_SUCCESS)
      hs_free_compile_error(error);
    database.reset(made);
  }
};

// The first row of the table that matched, is this side's and belongs to the protocol, if one is
// asked for.
struct Best {
  Side from;
  Protocol protocol;
  std::size_t row = kRowCount;
  std::size_t length = 0;
};

int take(unsigned int row, unsigned long long, unsigned long long end, unsigned int,
         void *context) {
  Best &best = *static_cast<Best *>(context);
  const bool fits = (best.protocol == kNoProtocol || best.protocol == kProtocols[row]) &&
                    may_send(kRows[row].sender, best.from);
  if (fits && row < best.row) {
    best.row = row;
    best.length = static_cast<std::size_t>(end);
  }
  return 0;
}

std::optional<Match> scan(const Group &group, Side from, Bytes words, Protocol protocol,
                          hs_scratch_t *scratch) {
  if (!group.database || scratch == nullptr || words.empty())
    return std::nullopt;
  Best best{from, protocol};
  const auto size = static_cast<unsigned int>(std::min(words.size(), kWords));
  (void)hs_scan(group.database.get(), reinterpret_cast<const char *>(words.data()), size, 0,
                scratch, take, &best);
  if (best.row == kRowCount)
    return std::nullopt;
  return Match{kProtocols[best.row], kRows[best.row].says, best.length};
}

} // namespace

std::string_view title(Protocol protocol) {
  return protocol == kNoProtocol || protocol > kRowCount ? std::string_view{}
                                                         : kRows[protocol - 1U].title;
}

bool may_ask_tls(Protocol protocol) {
  return protocol != kNoProtocol && protocol <= kRowCount && kAskTls[protocol - 1U];
}

struct Scratch::State {
  std::unique_ptr<hs_scratch_t, FreeScratch> hyperscan;
  std::vector<bool> fits; // by the number of a group

  hs_scratch_t *for_group(const Group &group, std::size_t number) {
    if (!fits[number]) {
      hs_scratch_t *grown = hyperscan.release();
      const bool done =
          !group.database || hs_alloc_scratch(group.database.get(), &grown) == HS_SUCCESS;
      hyperscan.reset(grown);
      if (!done)
        throw std::bad_alloc();
      fits[number] = true;
    }
    return hyperscan.get();
  }
};

// Groups are numbered: the openings of either side by kind, then the replies of each protocol.
struct Patterns::Compiled {
  static constexpr std::size_t kOpenings = 2 * kKinds;
  static constexpr std::size_t kGroups = kOpenings + kRowCount + 1;
  static constexpr std::size_t opening(Side from, Kind kind) {
    return static_cast<std::size_t>(from) * kKinds + static_cast<std::size_t>(kind);
  }

  std::array<Group, kGroups> groups;
  const bool runs = hs_valid_platform() == HS_SUCCESS;

  Group &group(std::size_t number) {
    Group &wanted = groups[number];
    std::call_once(wanted.once, [&] {
      if (!runs)
        return;
      if (number < kOpenings)
        wanted.compile([number](std::size_t row) {
          const Side from = number < kKinds ? Side::client : Side::server;
          return opens(kRows[row].says) && may_send(kRows[row].sender, from) &&
                 opening(from, kind_of(kRows[row].pattern)) == number;
        });
      else
        wanted.compile([number](std::size_t row) {
          return replies(kRows[row].says) && kProtocols[row] == number - kOpenings;
        });
    });
    return wanted;
  }
};

Scratch::Scratch(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scratch::~Scratch() = default;

Patterns::Patterns() : compiled_(std::make_unique<Compiled>()) {}
Patterns::~Patterns() = default;

const Patterns &Patterns::shared() {
  static const Patterns patterns;
  return patterns;
}

bool Patterns::prepare() const {
  bool good = true;
  for (std::size_t number = 0; number < Compiled::kOpenings; ++number)
    good = compiled_->group(number).database != nullptr && good;
  for (std::size_t row = 0; row < kRowCount; ++row)
    if (replies(kRows[row].says))
      good = compiled_->group(Compiled::kOpenings + kProtocols[row]).database != nullptr && good;
  return good;
}

std::unique_ptr<Scratch> Patterns::make_scratch() const {
  auto state = std::make_unique<Scratch::State>();
  state->fits.resize(Compiled::kGroups);
  for (std::size_t number = 0; number < Compiled::kGroups; ++number)
    if (const Group &group = compiled_->groups[number]; group.database)
      (void)state->for_group(group, number);
  return std::unique_ptr<Scratch>(new Scratch(std::move(state)));
}

std::optional<Match> Patterns::opening(Side from, Bytes words, Protocol protocol,
                                       Scratch &scratch) const {
  const bool printable = !words.empty() && words[0] >= 0x20 && words[0] < 0x7f;
  for (const Kind kind : {Kind::text, Kind::binary, Kind::any}) {
    if (kind == Kind::text && !printable)
      continue;
    const std::size_t number = Compiled::opening(from, kind);
    const Group &group = compiled_->group(number);
    if (const auto match =
            scan(group, from, words, protocol, scratch.state_->for_group(group, number)))
      return match;
  }
  return std::nullopt;
}

std::optional<Match> Patterns::reply(Side from, Bytes words, Protocol protocol,
                                     Scratch &scratch) const {
  if (protocol > kRowCount)
    return std::nullopt;
  const std::size_t number = Compiled::kOpenings + protocol;
  const Group &group = compiled_->group(number);
  return scan(group, from, words, protocol, scratch.state_->for_group(group, number));
}

} // namespace handspan::plain
