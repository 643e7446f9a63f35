// Everything a tracker owns, for the tracker's own files.
#pragma once

#include "base/index_pool.h"
#include "base/memory.h"
#include "tls/buffers.h"
#include "tls/certificate_cache.h"
#include "tls/fingerprint.h"
#include "tls/session.h"
#include "tls/tracker.h"

#include <array>

namespace handspan::tls {

inline constexpr std::size_t kHelloBytes = 4096; // of a hello buffer

struct Core {
  explicit Core(const TrackerLimits &limits);

  // A buffer for `bytes`, from the smallest class that holds them; false and counted if there is
  // none.
  bool take_buffer(Stream &stream, std::size_t bytes);
  void give_buffer(Stream &stream);
  std::span<std::uint8_t> buffer(const Stream &stream);

  base::BigArray<Session> sessions;
  base::IndexPool free;
  std::array<BufferPool, 2> pools;
  CertificateCache certificates;
  Fingerprinter fingerprinter;
  TrackerCounters counters;
};

struct Tracker::State : Core {
  using Core::Core;
};

} // namespace handspan::tls
