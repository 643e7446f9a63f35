// Certificates seen before, found again by their bytes, so that a busy server's certificate costs
// its hash and a comparison and no more.
#pragma once

#include "base/age_lists.h"
#include "base/index_pool.h"
#include "base/memory.h"
#include "tls/certificate.h"
#include "tls/session.h"

#include <cstdint>
#include <vector>

namespace handspan::tls {

// A hash table with chains. Whole DER bytes are compared, which is exact and, at some 30 ns for a
// usual certificate, cheaper than a SHA-256 of it would be. So the hash need not be cryptographic,
// but it is keyed: nobody can aim at one chain. Any place serves any certificate, so that all of
// them can be held at once; the one that nobody has held for the longest time gives way to a new
// one.
class CertificateCache {
public:
  CertificateCache(std::uint32_t certificates, std::uint64_t seed); // throws std::bad_alloc

  // Memory that so many take; bytes and facts are reckoned at 4 KiB each.
  static constexpr std::uint64_t bytes_for(std::uint64_t certificates) {
    return certificates * (sizeof(Place) + 4'096 + 2 * sizeof(std::uint32_t)) +
           base::IndexPool::bytes_for(certificates) + Unheld::bytes_for(certificates);
  }

  // The place of these bytes, held until release(); read if they are new. kNoIndex if all places
  // are held by others, or there is no memory for what it tells.
  std::uint32_t acquire(base::Bytes der);
  void release(std::uint32_t index);
  [[nodiscard]] const CertificateFacts &at(std::uint32_t index) const;

  [[nodiscard]] std::uint64_t parsed() const { return parsed_; }
  [[nodiscard]] std::uint64_t full() const { return full_; }

private:
  using Unheld = base::AgeLists<1>;
  struct Place {
    std::uint64_t hash = 0;
    std::uint32_t holders = 0;
    std::uint32_t next = kNoIndex; // in its chain
    std::vector<std::uint8_t> der;
    CertificateFacts facts;
  };

  [[nodiscard]] std::uint32_t &chain_of(std::uint64_t hash) { return chains_[hash & mask_]; }
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, base::Bytes der);
  std::uint32_t take_place();
  [[nodiscard]] bool fill(Place &place, base::Bytes der);
  void unchain(std::uint32_t index);

  CertificateReader reader_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> chains_; // first of each
  base::IndexPool free_;
  Unheld unheld_; // known, but of no open session
  std::uint64_t seed_;
  std::uint64_t mask_;
  std::uint64_t parsed_ = 0, full_ = 0;
};

} // namespace handspan::tls
