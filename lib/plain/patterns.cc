#include "plain/patterns.h"

#include "plain/baked.h"
#include "plain/group.h"
#include "plain/rows.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace handspan::plain {

namespace {

struct FreeScratch {
  void operator()(hs_scratch_t *scratch) const { hs_free_scratch(scratch); }
};

// Another release of Hyperscan than the one Handspan was built with does not take what that one
// compiled.
Database load(std::size_t group) {
  const Bytes baked = kBaked[group];
  hs_database_t *made = nullptr;
  if (!baked.empty() && hs_deserialize_database(reinterpret_cast<const char *>(baked.data()),
                                                baked.size(), &made) == HS_SUCCESS)
    return Database(made);
  return compile_group(group);
}

// Rows that are one database, made ready when they are wanted first.
struct Group {
  std::once_flag once;
  Database database; // null: in error, or no row
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

struct Patterns::Compiled {
  std::array<Group, kGroups> groups;
  const bool runs = hs_valid_platform() == HS_SUCCESS;

  Group &group(std::size_t number) {
    Group &wanted = groups[number];
    std::call_once(wanted.once, [&] {
      if (runs)
        wanted.database = load(number);
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
  for (std::size_t number = 0; number < kOpenings; ++number)
    good = compiled_->group(number).database != nullptr && good;
  for (std::size_t row = 0; row < kRowCount; ++row)
    if (replies(kRows[row].says))
      good = compiled_->group(reply_group(kProtocols[row])).database != nullptr && good;
  return good;
}

std::unique_ptr<Scratch> Patterns::make_scratch() const {
  auto state = std::make_unique<Scratch::State>();
  state->fits.resize(kGroups);
  for (std::size_t number = 0; number < kGroups; ++number)
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
    const std::size_t number = opening_group(from, kind);
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
  const std::size_t number = reply_group(protocol);
  const Group &group = compiled_->group(number);
  return scan(group, from, words, protocol, scratch.state_->for_group(group, number));
}

} // namespace handspan::plain
