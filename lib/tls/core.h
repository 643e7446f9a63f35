// Everything a tracker owns, for the tracker's own files.
#pragma once

#include "base/age_lists.h"
#include "base/index_pool.h"
#include "base/memory.h"
#include "tls/buffers.h"
#include "tls/certificate_cache.h"
#include "tls/fingerprint.h"
#include "tls/kept_sessions.h"
#include "tls/session.h"
#include "tls/tracker.h"

#include <array>

namespace handspan::tls {

inline constexpr std::size_t kHelloBytes = 4096; // of a hello buffer

struct Core {
  explicit Core(const TrackerLimits &limits);

  // A buffer for `bytes`, from the smallest class that holds them; false and counted if there is
  // none. Half of each class is kept for sessions of proven connections.
  bool take_buffer(Session &session, Stream &stream, std::size_t bytes);
  void give_buffer(Stream &stream);
  std::span<std::uint8_t> buffer(const Stream &stream);

  // Sessions in use, by how they give way.
  enum : std::size_t { kEmbryonic, kInHandshake, kOver, kAges };

  base::BigArray<Session> sessions;
  base::IndexPool free;
  base::AgeLists<kAges> ages;
  KeptSessions kept;
  Session opened; // of those kept, the one at hand
  std::uint32_t opened_place = kNoIndex;
  std::array<BufferPool, 2> pools;
  CertificateCache certificates;
  Fingerprinter fingerprinter;
  TrackerCounters counters;
};

struct Tracker::State : Core {
  using Core::Core;
};

} // namespace handspan::tls
