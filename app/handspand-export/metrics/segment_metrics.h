// A daemon's numbers as metrics: those of its directory, and what it has summed up.
#pragma once

#include "metrics/families.h"
#include "shm/reader.h"
#include "summary/merged.h"

#include <memory>
#include <string>

namespace handspan::exporter {

class SegmentMetrics {
public:
  // `names`: so many of the most frequent server names are told by name; 0: none.
  SegmentMetrics(std::string instance, std::string runtime_dir, std::uint64_t names)
      : instance_(std::move(instance)), runtime_dir_(std::move(runtime_dir)), names_(names) {}

  void add(Families &all);

private:
  bool attach();
  void add_life(bool up, Families &all) const;
  void add_numbers(Families &all) const;
  void add_rules(Families &all) const;
  void add_summaries(Families &all) const;
  void add_certificates(const summary::Merged &merged, Families &all) const;
  void add_names(const summary::Merged &merged, Families &all) const;

  std::string instance_, runtime_dir_;
  std::uint64_t names_;
  std::unique_ptr<shm::Reader> reader_;
};

} // namespace handspan::exporter
