// What is in use (`handspan inventory`): TLS versions, cipher suites, named groups, certificates;
// and what a policy says of it.
#pragma once

#include "render/style.h"
#include "summary/merged.h"
#include "summary/policy.h"

#include <cstddef>
#include <optional>
#include <string>

namespace handspan::render {

struct InventoryView {
  bool versions = true, suites = true, groups = true, certificates = true;
  std::optional<summary::Policy> policy; // what it forbids is marked
  bool only_forbidden = false;           // and nothing else is shown
  // Only certificates that are over within so long after the last packet.
  base::Nanos expires_within = base::kNever;
};

std::string inventory_text(const summary::Merged &merged, const InventoryView &view,
                           const Style &style);
// One object.
std::string inventory_json(const summary::Merged &merged, const InventoryView &view);

} // namespace handspan::render
