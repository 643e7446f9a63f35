// The hot side: one scan per text, no allocation.
#include "rules/compiled.h"

#include <algorithm>
#include <limits>

namespace handspan::rules {

namespace {

// Hyperscan reports in the order of match ends; ids are indexes into rules().
int collect(unsigned int index, unsigned long long, unsigned long long, unsigned int,
            void *context) {
  auto &found = *static_cast<std::vector<std::uint32_t> *>(context);
  if (found.size() == found.capacity())
    return 1;
  found.push_back(index);
  return 0;
}

} // namespace

Scratch::Scratch(std::unique_ptr<State> state) : state_(std::move(state)) {}
Scratch::~Scratch() = default;

std::unique_ptr<Scratch> RuleSet::make_scratch() const {
  auto state = std::make_unique<Scratch::State>();
  state->found.reserve(compiled_->rules.size());
  hs_scratch_t *scratch = nullptr;
  // Called for each database in turn, hs_alloc_scratch grows the one scratch to fit them all.
  for (const Database &database : compiled_->databases) {
    if (database && hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) {
      hs_free_scratch(scratch);
      return nullptr;
    }
  }
  state->hyperscan.reset(scratch);
  return std::unique_ptr<Scratch>(new Scratch(std::move(state)));
}

std::size_t RuleSet::scan(Field field, std::string_view text, Scratch &scratch,
                          std::span<std::uint32_t> hits) const {
  const auto number = static_cast<std::size_t>(field);
  if (number >= kFields || !compiled_->databases[number] ||
      text.size() > std::numeric_limits<unsigned int>::max())
    return 0;
  std::vector<std::uint32_t> &found = scratch.state_->found;
  found.clear();
  const char *data = text.empty() ? "" : text.data(); // Hyperscan refuses a null pointer
  const hs_error_t result =
      hs_scan(compiled_->databases[number].get(), data, static_cast<unsigned int>(text.size()), 0,
              scratch.state_->hyperscan.get(), collect, &found);
  if (result != HS_SUCCESS && result != HS_SCAN_TERMINATED)
    return 0;
  std::sort(found.begin(), found.end());
  const std::size_t count = std::min(found.size(), hits.size());
  std::copy_n(found.begin(), count, hits.begin());
  return count;
}

} // namespace handspan::rules
