#include "sink.h"

namespace handspan::exporter {

#define SINK(name) extern const SinkKind kSink_##name;
#include "sinks.def"
#undef SINK

const std::vector<SinkKind> &sink_kinds() {
  static const std::vector<SinkKind> kinds = {
#define SINK(name) kSink_##name,
#include "sinks.def"
#undef SINK
  };
  return kinds;
}

} // namespace handspan::exporter
