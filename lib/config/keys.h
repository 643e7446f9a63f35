// The one table of keys: what the parser takes, what faults say, and what conf/handspand.toml must
// hold. Private to this folder and its tests.
#pragma once

#include "config/config.h"

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace handspan::config {

// A value as TOML can give it; monostate: a type that no key takes.
using Given =
    std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

struct Key {
  std::string_view section, name;
  std::string right; // what a value must be, with unit and bounds: "a number of … from … to …"
  // Puts the value in its place; false if it isn't right.
  std::function<bool(const Given &, Config &)> take;
  // The value as it would stand in the file.
  std::function<std::string(const Config &)> show;
  // What is wrong with a value that was taken, and what to write instead; empty: nothing.
  std::function<std::string(const Config &)> object = nullptr;

  [[nodiscard]] std::string full_name() const {
    return std::string(section) + '.' + std::string(name);
  }
};

const std::vector<Key> &keys();

// A key that there was, and what took its place.
struct FormerKey {
  std::string_view section, name;
  std::string_view now;
};

const std::vector<FormerKey> &former_keys();

// What must hold between keys; the fault is told at `key`.
struct Relation {
  std::string_view section, name;
  std::string_view what; // is wrong and would be right
  bool (*holds)(const Config &);
};

const std::vector<Relation> &relations();

} // namespace handspan::config
