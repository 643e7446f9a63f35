// Clocks: the processor's counter, the kernel's choice, and whether it follows a better one.
#pragma once

#include "host/tree.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::host {

// Of constant_tsc and nonstop_tsc, those that the processor lacks.
Known<std::vector<std::string>> missing_tsc_flags(const Tree &tree);

// "tsc", "kvm-clock", "hpet" …
Known<std::string> clock_source(const Tree &tree);

struct Synchronisation {
  bool synchronised = false;
  std::uint64_t error_us = 0; // at most, as the kernel reckons
};

// Asks the kernel (adjtimex(2)); needs no rights.
Known<Synchronisation> synchronisation();

} // namespace handspan::host
