// Certificates seen before, found again by their bytes, so that a busy server's certificate costs
// its hash and a comparison and no more.
#pragma once

#include "tls/certificate.h"
#include "tls/session.h"

#include <cstdint>
#include <vector>

namespace handspan::tls {

// Sets of four places. The hash only chooses the set: whole DER bytes are compared, which is exact
// and, at some 30 ns for a usual certificate, cheaper than a SHA-256 of it would be. So the hash
// need not be cryptographic; it is keyed, but even an attacker who knew the key could only crowd
// others out of one set. A place is given to another certificate only when no session holds it.
class CertificateCache {
public:
  CertificateCache(std::uint32_t certificates, std::uint64_t seed);

  // The place of these bytes, held until release(); read if they are new. kNoIndex if
  // all four places are held by others.
  std::uint32_t acquire(base::Bytes der);
  void release(std::uint32_t index);
  [[nodiscard]] const CertificateFacts &at(std::uint32_t index) const;

  [[nodiscard]] std::uint64_t parsed() const { return parsed_; }
  [[nodiscard]] std::uint64_t full() const { return full_; }

private:
  struct Place {
    std::uint64_t hash = 0;
    std::uint64_t used = 0; // when last acquired
    std::uint32_t holders = 0;
    std::vector<std::uint8_t> der; // empty = free
    CertificateFacts facts;
  };
  static constexpr std::uint32_t kWays = 4;

  CertificateReader reader_;
  std::vector<Place> places_;
  std::uint64_t seed_;
  std::uint64_t sets_;
  std::uint64_t turn_ = 0;
  std::uint64_t parsed_ = 0, full_ = 0;
};

} // namespace handspan::tls
