#include "tls/certificate_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

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
    : places_(certificates), chains_(std::bit_ceil(std::max(certificates, 1u)), kNoIndex),
      free_(certificates), unheld_(certificates), seed_(seed), mask_(chains_.size() - 1) {}

std::uint32_t CertificateCache::acquire(base::Bytes der) {
  if (der.empty())
    return kNoIndex;
  const std::uint64_t hash = hash_of(der, seed_);
  if (const std::uint32_t known = find(hash, der); known != kNoIndex) {
    if (places_[known].holders++ == 0)
      unheld_.remove(known);
    return known;
  }
  const std::uint32_t index = take_place();
  if (index == kNoIndex || !fill(places_[index], der)) {
    if (index != kNoIndex)
      free_.give(index);
    ++full_;
    return kNoIndex;
  }
  Place &place = places_[index];
  place.hash = hash;
  place.holders = 1;
  place.next = std::exchange(chain_of(hash), index);
  ++parsed_;
  return index;
}

// False if there is no memory for it: nobody behind the packets' way could do anything about that.
bool CertificateCache::fill(Place &place, base::Bytes der) {
  try {
    place.der.assign(der.begin(), der.end());
    place.facts = reader_.read(der);
    return true;
  } catch (const std::bad_alloc &) {
    return false;
  }
}

void CertificateCache::release(std::uint32_t index) {
  if (index != kNoIndex && --places_[index].holders == 0)
    unheld_.put(0, index);
}

const CertificateFacts &CertificateCache::at(std::uint32_t index) const {
  return places_[index].facts;
}

std::uint32_t CertificateCache::find(std::uint64_t hash, base::Bytes der) {
  std::uint32_t index = chain_of(hash);
  while (index != kNoIndex) {
    const Place &place = places_[index];
    if (place.hash == hash &&
        std::equal(der.begin(), der.end(), place.der.begin(), place.der.end()))
      return index;
    index = place.next;
  }
  return kNoIndex;
}

std::uint32_t CertificateCache::take_place() {
  if (const std::uint32_t fresh = free_.take(); fresh != kNoIndex)
    return fresh;
  const std::uint32_t oldest = unheld_.oldest(0);
  if (oldest != kNoIndex) {
    unheld_.remove(oldest);
    unchain(oldest);
  }
  return oldest;
}

void CertificateCache::unchain(std::uint32_t index) {
  std::uint32_t *link = &chain_of(places_[index].hash);
  while (*link != index)
    link = &places_[*link].next;
  *link = places_[index].next;
}

} // namespace handspan::tls
