// What the exporter beside a daemon tells of itself, if there is one.
#pragma once

#include <string>

namespace handspan::app {

struct ExporterNumbers {
  std::string json; // one object; empty: there is none
  std::string text; // a table for people
};

// `folder`: where it tells them (handspand-export --status-dir); empty: the usual places.
ExporterNumbers exporter_numbers(const std::string &folder, const std::string &instance);

} // namespace handspan::app
