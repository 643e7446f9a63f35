#include "tls/certificate_cache.h"

#include <algorithm>
#include <cstring>

namespace handspan::tls {

namespace {

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// Multiply and fold, two words at a time, as wyhash does.
std::uint64_t hash_of(base::Bytes bytes, std::uint64_t seed) {
  constexpr std::uint64_t kA = 0x9e3779b97f4a7c15, kB = 0xe7037ed1a0b428db;
  std::uint64_t hash = seed ^ kA;
  std::size_t at = 0;
  for (; at + 16 <= bytes.size(); at += 16) {
    std::uint64_t words[2];
    std::memcpy(words, bytes.data() + at, 16);
    hash = fold(words[0] ^ kB, words[1] ^ hash);
  }
  std::uint64_t tail[2] = {0, 0};
  if (at < bytes.size())
    std::memcpy(tail, bytes.data() + at, bytes.size() - at);
  hash = fold(tail[0] ^ kB, tail[1] ^ hash);
  return fold(hash ^ bytes.size(), kA);
}

} // namespace

CertificateCache::CertificateCache(std::uint32_t certificates, std::uint64_t seed)
    : places_(std::max(certificates / kWays, 1u) * kWays), seed_(seed),
      sets_(places_.size() / kWays) {}

std::uint32_t CertificateCache::acquire(base::Bytes der) {
  if (der.empty())
    return kNoIndex;
  const std::uint64_t hash = hash_of(der, seed_);
  const auto first = static_cast<std::uint32_t>(hash % sets_ * kWays);
  ++turn_;
  std::uint32_t oldest = kNoIndex;
  for (std::uint32_t i = first; i < first + kWays; ++i) {
    Place &place = places_[i];
    if (place.hash == hash &&
        std::equal(der.begin(), der.end(), place.der.begin(), place.der.end())) {
      place.used = turn_;
      ++place.holders;
      return i;
    }
    if (place.holders == 0 && (oldest == kNoIndex || place.used < places_[oldest].used))
      oldest = i;
  }
  if (oldest == kNoIndex) {
    ++full_;
    return kNoIndex;
  }
  Place &place = places_[oldest];
  place.hash = hash;
  place.used = turn_;
  place.holders = 1;
  place.der.assign(der.begin(), der.end());
  place.facts = reader_.read(der);
  ++parsed_;
  return oldest;
}

void CertificateCache::release(std::uint32_t index) {
  if (index < places_.size() && places_[index].holders > 0)
    --places_[index].holders;
}

const CertificateFacts &CertificateCache::at(std::uint32_t index) const {
  return places_[index].facts;
}

} // namespace handspan::tls
