// A capture file's way through an inspector; shared by the subcommands that read files.
#pragma once

#include "inspect/inspector.h"
#include "offline/capture_file.h"
#include "output.h"
#include "progress.h"
#include "record_buffer.h"

namespace handspan::app {

// An inspector's records, into a buffer.
struct BufferSink final : inspect::Sink {
  explicit BufferSink(RecordBuffer &to) : buffer(to) {}
  void emit(const record::Record &record) override { buffer.add(record); }
  RecordBuffer &buffer;
};

struct Reading {
  inspect::Settings settings;
  const rules::RuleSet *rules = nullptr;
  inspect::FactSink *facts = nullptr; // null: the facts of single packets are not wanted
  inspect::FactScope scope = inspect::FactScope::all;
};

// Reads the file to its end, or until nobody reads the output any more. The sink has got all
// records then; what was wrong with the file stands in file.fault(). Returns what was counted.
record::WorkerStats read_through(offline::CaptureFile &file, const Reading &reading,
                                 inspect::Sink &sink, Progress &progress, const Output &output);

// Whether all of the file was read and told; if not, it is complained of.
bool is_whole(const offline::CaptureFile &file, const std::string &shown,
              const record::WorkerStats &counted);

} // namespace handspan::app
