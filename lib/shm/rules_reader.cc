// What a segment tells of rules.
#include "shm/check.h"
#include "shm/reader.h"

#include <algorithm>

namespace handspan::shm {

namespace {

constexpr int kTurns = 100; // names are changed within microseconds, at a reload

std::string name_of(const RuleBlock &block) {
  const auto *end = std::find(std::begin(block.name), std::end(block.name), '\0');
  return {std::begin(block.name), end};
}

} // namespace

std::vector<RuleCount> Reader::rules() const {
  const auto *live = reinterpret_cast<const Header *>(base_);
  std::vector<RuleCount> rules;
  for (int turn = 0; turn < kTurns; ++turn) {
    const std::uint64_t version = live->rules_version.before();
    rules.clear();
    for (std::uint64_t i = 0; i < header_.rules.count; ++i) {
      RuleBlock block;
      load_words(&block, base_ + header_.rules.offset + i * header_.rules.stride, sizeof block);
      if (block.id == 0)
        continue;
      RuleCount rule;
      rule.place = i;
      rule.id = block.id;
      rule.severity = static_cast<std::uint8_t>(block.severity);
      rule.in_force = block.in_force != 0;
      rule.name = name_of(block);
      rules.push_back(std::move(rule));
    }
    if (live->rules_version.still(version))
      break;
  }
  for (RuleCount &rule : rules)
    for (std::uint64_t worker = 0; worker < header_.rule_hits.count; ++worker) {
      RuleHits counted;
      load_words(&counted,
                 base_ + header_.rule_hits.offset + worker * header_.rule_hits.stride +
                     rule.place * sizeof counted,
                 sizeof counted);
      rule.hits += counted.hits;
      if (counted.hits > 0 && counted.last >= rule.last) {
        rule.last = counted.last;
        rule.example = counted.example;
      }
    }
  return rules;
}

Reloads Reader::reloads() const {
  const auto *live = reinterpret_cast<const Header *>(base_);
  return {load_acquire(&live->reloads), load_acquire(&live->reloads_failed)};
}

} // namespace handspan::shm
