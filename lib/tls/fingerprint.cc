#include "tls/fingerprint.h"

#include "base/reader.h"
#include "tls/extensions.h"

#include <algorithm>
#include <cstring>

namespace handspan::tls {

namespace {

using base::Bytes;

// Between the lists of a key: GREASE, which no list has there.
constexpr std::uint16_t kEndOfList = 0x0a0a;

constexpr char kHex[] = "0123456789abcdef";

// Writes numbers with a separator between them.
class Joined {
public:
  Joined(Digest &digest, char separator) : digest_(digest), separator_(separator) {}
  Digest &next() {
    if (!first_)
      digest_.add(separator_);
    first_ = false;
    return digest_;
  }

private:
  Digest &digest_;
  char separator_;
  bool first_ = true;
};

void decimals(Digest &digest, Bytes list) {
  Joined joined(digest, '-');
  for_each_u16(list, [&](std::uint16_t number) {
    if (!is_grease(number))
      joined.next().decimal(number);
  });
}

bool is_alphanumeric(std::uint8_t c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// The highest number of supported_versions, else the legacy version.
const char *ja4_version(const ClientHello &hello) {
  int best = -1;
  for_each_u16(hello.versions, [&](std::uint16_t version) {
    if (!is_grease(version))
      best = std::max<int>(best, version);
  });
  switch (best < 0 ? hello.legacy_version : best) {
  case 0x0304:
    return "13";
  case 0x0303:
    return "12";
  case 0x0302:
    return "11";
  case 0x0301:
    return "10";
  case 0x0300:
    return "s3";
  case 0x0002:
    return "s2";
  default:
    return "00";
  }
}

// First and last character of the first ALPN name; their hex digits if one is not alphanumeric.
void ja4_alpn(Bytes alpn, char *out) {
  out[0] = out[1] = '0';
  base::Reader list(alpn);
  const Bytes name = list.take(list.u8());
  if (name.empty())
    return;
  const std::uint8_t first = name.front();
  const std::uint8_t last = name.back();
  const bool plain = is_alphanumeric(first) && is_alphanumeric(last);
  out[0] = plain ? static_cast<char>(first) : kHex[first >> 4];
  out[1] = plain ? static_cast<char>(last) : kHex[last & 15];
}

void two_digits(unsigned number, char *out) {
  number = std::min(number, 99u);
  out[0] = static_cast<char>('0' + number / 10);
  out[1] = static_cast<char>('0' + number % 10);
}

void put_list(KeyBytes &key, Bytes list) {
  for_each_u16(list, [&](std::uint16_t number) {
    if (!is_grease(number))
      key.u16(number);
  });
  key.u16(kEndOfList);
}

void list_groups(Bytes list, ClientPrints &out) {
  constexpr std::size_t kRoom = sizeof out.groups.chars;
  for_each_u16(list, [&](std::uint16_t number) {
    const char two[] = {static_cast<char>(number >> 8), static_cast<char>(number & 0xff)};
    bool known = is_grease(number);
    for (std::size_t at = 0; at < out.groups.length && !known; at += 2)
      known = std::memcmp(out.groups.chars.data() + at, two, 2) == 0;
    if (known)
      return;
    if (out.groups.length == kRoom) {
      out.groups_dropped = static_cast<std::uint8_t>(std::min(out.groups_dropped + 1, 255));
      return;
    }
    std::memcpy(out.groups.chars.data() + out.groups.length, two, 2);
    out.groups.length = static_cast<std::uint16_t>(out.groups.length + 2);
  });
}

} // namespace

Fingerprinter::Fingerprinter() : md5_("MD5"), sha256_("SHA256") {
  list_.reserve(kMaxSorted);
}

// The key is all that the functions below read of a hello, without what they leave out.
const ClientPrints &Fingerprinter::client(const ClientHello &hello) {
  KeyBytes key;
  char first_of_alpn[2];
  ja4_alpn(hello.alpn, first_of_alpn);
  key.u16(hello.legacy_version);
  key.u8(static_cast<std::uint8_t>(first_of_alpn[0]));
  key.u8(static_cast<std::uint8_t>(first_of_alpn[1]));
  key.u8(hello.has_server_name);
  put_list(key, hello.ciphers);
  for_each_extension(hello.extensions, [&](std::uint16_t type, Bytes) {
    if (!is_grease(type))
      key.u16(type);
  });
  key.u16(kEndOfList);
  put_list(key, hello.versions);
  put_list(key, hello.groups);
  key.u8(hello.signature_algorithms.size() >= 2);
  put_list(key, hello.signature_algorithms);
  for (const std::uint8_t format : hello.formats)
    key.u8(format);
  return clients_.of(key, [&](ClientPrints &out) {
    out.has_ja3 = ja3(hello, out.ja3);
    out.has_ja4 = ja4(hello, out.ja4);
    list_groups(hello.groups, out);
  });
}

const ServerPrint &Fingerprinter::server(const ServerHello &hello) {
  KeyBytes key;
  key.u16(hello.legacy_version);
  key.u16(hello.cipher);
  for_each_extension(hello.extensions, [&](std::uint16_t type, Bytes) { key.u16(type); });
  return servers_.of(key, [&](ServerPrint &out) { out.has_ja3s = ja3s(hello, out.ja3s); });
}

// MD5 of "version,suites,extensions,groups,formats", numbers in decimal as they came, GREASE left
// out.
bool Fingerprinter::ja3(const ClientHello &hello, std::array<std::uint8_t, 16> &out) {
  if (!md5_.available())
    return false;
  md5_.begin();
  md5_.decimal(hello.legacy_version);
  md5_.add(',');
  decimals(md5_, hello.ciphers);
  md5_.add(',');
  Joined types(md5_, '-');
  for_each_extension(hello.extensions, [&](std::uint16_t type, Bytes) {
    if (!is_grease(type))
      types.next().decimal(type);
  });
  md5_.add(',');
  decimals(md5_, hello.groups);
  md5_.add(',');
  Joined formats(md5_, '-');
  for (const std::uint8_t format : hello.formats)
    formats.next().decimal(format);
  return md5_.finish(out);
}

// MD5 of "version,suite,extensions".
bool Fingerprinter::ja3s(const ServerHello &hello, std::array<std::uint8_t, 16> &out) {
  if (!md5_.available())
    return false;
  md5_.begin();
  md5_.decimal(hello.legacy_version);
  md5_.add(',');
  md5_.decimal(hello.cipher);
  md5_.add(',');
  Joined types(md5_, '-');
  for_each_extension(hello.extensions,
                     [&](std::uint16_t type, Bytes) { types.next().decimal(type); });
  return md5_.finish(out);
}

bool Fingerprinter::sorted_suites(const ClientHello &hello) {
  list_.clear();
  bool fits = true;
  for_each_u16(hello.ciphers, [&](std::uint16_t suite) {
    if (is_grease(suite))
      return;
    if (list_.size() == kMaxSorted)
      fits = false;
    else
      list_.push_back(suite);
  });
  std::sort(list_.begin(), list_.end());
  return fits;
}

// All but server_name and alpn, which the first part tells; `count` counts those too.
bool Fingerprinter::sorted_extensions(const ClientHello &hello, unsigned &count) {
  list_.clear();
  count = 0;
  bool fits = true;
  for_each_extension(hello.extensions, [&](std::uint16_t type, Bytes) {
    if (is_grease(type))
      return;
    ++count;
    if (type == extension::server_name || type == extension::alpn)
      return;
    if (list_.size() == kMaxSorted)
      fits = false;
    else
      list_.push_back(type);
  });
  std::sort(list_.begin(), list_.end());
  return fits;
}

// Twelve hex digits of SHA-256 over list_, then over the signature algorithms as they came, if any;
// zeros if there is nothing to digest.
bool Fingerprinter::hash12(const ClientHello *signatures, char *out) {
  const Bytes algorithms = signatures ? signatures->signature_algorithms : Bytes{};
  if (list_.empty() && algorithms.size() < 2) {
    std::memset(out, '0', 12);
    return true;
  }
  sha256_.begin();
  Joined numbers(sha256_, ',');
  for (const std::uint16_t number : list_)
    numbers.next().hex4(number);
  if (algorithms.size() >= 2) {
    sha256_.add('_');
    Joined rest(sha256_, ',');
    for_each_u16(algorithms, [&](std::uint16_t number) {
      if (!is_grease(number))
        rest.next().hex4(number);
    });
  }
  std::array<std::uint8_t, 6> digest;
  if (!sha256_.finish(digest))
    return false;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    out[2 * i] = kHex[digest[i] >> 4];
    out[2 * i + 1] = kHex[digest[i] & 15];
  }
  return true;
}

// "t13d1516h2_8daaf6152771_e5627efa2ab1": transport, version, SNI there (d) or not (i), number of
// suites, of extensions, ALPN; hash of the sorted suites; hash of the sorted extensions and the
// signature algorithms.
bool Fingerprinter::ja4(const ClientHello &hello, std::array<char, 36> &out) {
  if (!sha256_.available())
    return false;
  out[0] = 't';
  std::memcpy(&out[1], ja4_version(hello), 2);
  out[3] = hello.has_server_name ? 'd' : 'i';
  ja4_alpn(hello.alpn, &out[8]);
  out[10] = out[23] = '_';
  if (!sorted_suites(hello))
    return false;
  two_digits(static_cast<unsigned>(list_.size()), &out[4]);
  if (!hash12(nullptr, &out[11]))
    return false;
  unsigned extensions = 0;
  if (!sorted_extensions(hello, extensions))
    return false;
  two_digits(extensions, &out[6]);
  return hash12(&hello, &out[24]);
}

} // namespace handspan::tls
