// What takes batches and brings them somewhere. A sink is one folder of sinks/: it says what it is
// called, reads its keys and delivers; adding one touches nothing else.
#pragma once

#include "formats/origin.h"
#include "keys.h"
#include "record/record.h"
#include "summary/history.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace handspan::exporter {

struct Row {
  const record::Record &record;
  const formats::Origin &origin;
  std::uint64_t number = 0; // in the worker's ring
  std::uint32_t rate = 1;   // one of so many was taken
};

// The same files of the spool under the same name, however often it is tried.
struct BatchName {
  std::uint64_t first = 0, until = 0; // files, the second one not included
  bool again = false;                 // it may have arrived already
  [[nodiscard]] std::string text() const {
    return std::to_string(first) + '-' + std::to_string(until);
  }
};

class Sink {
public:
  virtual ~Sink() = default;

  // Before the first batch: `memo` is what the last commit() left. False: `why` says it, and it is
  // tried again later.
  virtual bool open(const std::string &memo, std::string &why) = 0;
  // A batch: begin(), rows, commit(). If commit() fails all of it is tried again.
  virtual void begin(const BatchName &name) = 0;
  virtual void add(const Row &row) = 0;
  virtual void add(const summary::Cell &minute, const formats::Origin &origin) = 0;
  virtual bool commit(std::string &memo, std::string &why) = 0;
  // About once a second while nothing comes, and at the end.
  virtual void idle(base::Nanos /*now*/) {}
};

// What a sink's folder tells of it.
struct SinkKind {
  const char *name;
  const char *select;                        // what it gets unless `select` says otherwise
  std::unique_ptr<Sink> (*make)(Keys &keys); // null if a key was refused; the keys tell it
};

// All of them, as meson found the folders.
const std::vector<SinkKind> &sink_kinds();

} // namespace handspan::exporter
