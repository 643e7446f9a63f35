// Capture files' way through an inspector, for the verbs that read files.
#pragma once

#include "fact_buffer.h"
#include "file_settings.h"
#include "inspect/inspector.h"
#include "offline/capture_file.h"
#include "output.h"
#include "progress.h"
#include "record_buffer.h"
#include "retry_window.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace handspan::app {

struct CaptureOptions {
  std::vector<std::string> files;
  std::string interface; // to be listened on, instead of files
  FileOptions how;
  RetryWindow window;
  bool separate = false;
};

// --rules, --config, --retry-window and --separate.
void add_capture_options(const Command &command, CaptureOptions &options);

// One capture, as it is told of: a file, or several that follow each other.
struct Capture {
  std::string shown; // its name
  std::string path;  // its files, as a shell would take them
  std::uint64_t packets = 0;
  offline::Cut cut;
  base::Nanos from = base::kNever, until = base::kNever; // packets of its connections
};

// What a verb does with captures.
class CaptureTaker {
public:
  virtual ~CaptureTaker() = default;
  // Records are wanted as they come where packets do (a pipe, an interface): then they are neither
  // in order nor linked.
  [[nodiscard]] virtual bool as_they_end() const { return false; }
  virtual void begin(const Capture &) {}
  // All of it has been read: from when to when it goes is known. What memory has no room for was
  // taken before.
  virtual void watched(const Capture &) {}
  // A record, in the order of first packets and linked with its retries; its connection's number,
  // from 1 (of a handshake's event: 0).
  virtual void take(const record::Record &record, std::uint64_t number) = 0;
  virtual void end(const Capture &, const record::WorkerStats &) {}
  // For who sums up as a worker does it (go_by_second()): a record when it is told, and the numbers
  // before the first packet of each second and, at no time (kNever), at the end.
  virtual void emitted(const record::Record &) {}
  virtual void second(base::Nanos, const record::WorkerStats &) {}
  // What rules found, at once; and a record that a rule keeps from being told.
  virtual void rule_hit(const rules::Note &, std::uint64_t /*flow_id*/) {}
  virtual void ignored(const record::Record &) {}
};

class CaptureRun {
public:
  CaptureRun(const CaptureOptions &options, Output &output) : options_(options), output_(output) {}

  // False, and said why, if the configuration or the rules can't be had.
  bool prepare();
  void tell_handshakes() { how_.settings.handshake_events = true; }
  void go_by_second() { by_second_ = true; }
  // Facts of single packets are wanted, too.
  void tell_facts(FactBuffer &facts, inspect::FactScope scope) {
    facts_ = &facts;
    scope_ = scope;
  }
  [[nodiscard]] base::Nanos retry_window() const {
    return options_.window.or_else(how_.retry_window);
  }

  // Once prepared; null: there are none.
  [[nodiscard]] const rules::RuleSet *rules() const { return how_.rules.get(); }

  // Files that follow each other in time (as `tcpdump -G` and `dumpcap -b` write them) are one
  // capture, unless --separate is asked for. An exit status; what was wrong was said.
  int run(CaptureTaker &taker);

private:
  struct Part { // a file, and when it begins
    std::string path;
    base::Nanos first = base::kNever;
  };
  class Reading;

  std::vector<Part> in_order();
  // One capture from the first part on; how many parts it took. Clears `good_` if one is not whole.
  std::size_t one(std::span<const Part> parts, CaptureTaker &taker);
  int listen(CaptureTaker &taker);

  const CaptureOptions &options_;
  Output &output_;
  FileSettings how_;
  FactBuffer *facts_ = nullptr;
  bool by_second_ = false;
  inspect::FactScope scope_ = inspect::FactScope::all;
  bool good_ = true;
};

} // namespace handspan::app
