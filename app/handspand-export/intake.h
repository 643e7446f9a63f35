// Takes records out of a daemon's rings into the spool, and goes on with the daemon's successor
// when that has taken its place.
#pragma once

#include "shm/reader.h"
#include "spool/spool.h"
#include "tally.h"

#include <memory>
#include <string>
#include <vector>

namespace handspan::exporter {

struct IntakeSettings {
  std::string instance, runtime_dir, probe;
  std::uint64_t file_records = 0, file_bytes = 0;
  base::Nanos file_time = 0;
};

class Intake {
public:
  Intake(IntakeSettings settings, spool::Spool &spool, Tally &tally)
      : settings_(std::move(settings)), spool_(spool), tally_(tally) {}

  // One look at every ring. False if there was nothing to do.
  bool turn(base::Nanos now);
  // What is there goes to the sinks at once.
  void finish();

private:
  bool attach();
  bool drain(std::uint32_t worker);
  void look_after(base::Nanos now);
  void tell_minutes(base::Nanos now);
  void say(const std::string &what); // once, not at every try

  IntakeSettings settings_;
  spool::Spool &spool_;
  Tally &tally_;
  std::unique_ptr<shm::Reader> reader_;
  std::vector<shm::RingCursor> cursors_;
  std::string said_;
  base::Nanos begun_ = base::kNever; // the open file
  base::Nanos looked_ = base::kNever;
  std::int64_t told_minute_ = -1;                               // the last one that was looked at
  std::vector<std::pair<std::int64_t, std::uint64_t>> minutes_; // told: which, and their sums
};

} // namespace handspan::exporter
