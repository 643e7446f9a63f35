#include "summary/latency.h"

namespace handspan::summary {

namespace {

Bucket bucket_of(record::Nanos from, record::Nanos to, std::uint64_t &value) {
  if (from == record::kNever || to == record::kNever || to < from)
    return {};
  value = static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
  return {static_cast<std::uint8_t>(FineLatency::index(value))};
}
static_assert(FineLatency::kBuckets <= Bucket::kNone);

} // namespace

Times::Times(const record::Record &record) {
  std::size_t i = 0;
#define HANDSPAN_TIMING(name, from, to, help)                                                      \
  buckets[i] = bucket_of(record.from, record.to, values[i]);                                       \
  ++i;
#include "summary/timings.def"
#undef HANDSPAN_TIMING
}

std::string_view name(Timing timing) {
  switch (timing) {
#define HANDSPAN_TIMING(name, from, to, help)                                                      \
  case Timing::name:                                                                               \
    return #name;
#include "summary/timings.def"
#undef HANDSPAN_TIMING
  }
  return "?";
}

std::string_view help(Timing timing) {
  switch (timing) {
#define HANDSPAN_TIMING(name, from, to, help)                                                      \
  case Timing::name:                                                                               \
    return help;
#include "summary/timings.def"
#undef HANDSPAN_TIMING
  }
  return {};
}

} // namespace handspan::summary
