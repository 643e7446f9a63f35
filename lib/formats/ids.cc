#include "formats/ids.h"

namespace handspan::formats {
namespace {

// The finalizer of MurmurHash3: a permutation, so that different numbers stay different.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 33) * 0xff51afd7ed558ccdULL;
  x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return x ^ x >> 33;
}

} // namespace

std::string zeek_uid(const record::Record &record) {
  static constexpr char kDigits[] =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string uid = "C";
  std::uint64_t rest = mix(record.id().key()) ^ static_cast<std::uint64_t>(record.first);
  for (; rest > 0; rest /= 62)
    uid += kDigits[rest % 62];
  return uid;
}

std::string app_protocol(const record::Record &record) {
  if (record.tls.present)
    return "tls";
  std::string name;
  for (const char c : record.app.protocol.view())
    name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == ' ' ? '_' : c;
  return name;
}

} // namespace handspan::formats
