#include "tls/certificate.h"

#include <algorithm>
#include <arpa/inet.h>
#include <ctime>
#include <memory>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace handspan::tls {

namespace {

// Longest name, serial number and list of alternative names that is kept.
constexpr std::size_t kMaxName = 512;
constexpr std::size_t kMaxSerial = 64;
constexpr std::size_t kMaxAlternatives = 1024;

struct Free {
  void operator()(X509 *p) const { X509_free(p); }
  void operator()(BIO *p) const { BIO_free(p); }
  void operator()(BIGNUM *p) const { BN_free(p); }
  void operator()(char *p) const { OPENSSL_free(p); }
  void operator()(GENERAL_NAMES *p) const { GENERAL_NAMES_free(p); }
};
template <class T> using Owned = std::unique_ptr<T, Free>;

// RFC 4514: the last RDN first; characters outside ASCII stay as they are, in UTF-8.
constexpr unsigned long kNameStyle =
    XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);

std::string name_text(const X509_NAME *name) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  if (!name || !out || X509_NAME_print_ex(out.get(), name, 0, kNameStyle) < 0)
    return {};
  char *text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  if (!text || length <= 0)
    return {};
  return {text, std::min(static_cast<std::size_t>(length), kMaxName)};
}

std::string serial_text(const ASN1_INTEGER *serial) {
  const Owned<BIGNUM> number(serial ? ASN1_INTEGER_to_BN(serial, nullptr) : nullptr);
  const Owned<char> text(number ? BN_bn2hex(number.get()) : nullptr);
  std::string result = text ? text.get() : "";
  if (result.size() > kMaxSerial)
    result.resize(kMaxSerial);
  return result;
}

std::int64_t seconds(const ASN1_TIME *time) {
  std::tm parts{};
  return time && ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<std::int64_t>(timegm(&parts)) : 0;
}

std::string alternative_text(const GENERAL_NAME *name) {
  int type = 0;
  void *value = GENERAL_NAME_get0_value(name, &type);
  if (!value || (type != GEN_DNS && type != GEN_IPADD))
    return {};
  const auto *bytes = static_cast<const ASN1_STRING *>(value);
  const unsigned char *data = ASN1_STRING_get0_data(bytes);
  const auto length = static_cast<std::size_t>(std::max(ASN1_STRING_length(bytes), 0));
  if (!data || length == 0)
    return {};
  if (type == GEN_DNS) {
    std::string text(data, data + std::min(length, kMaxAlternatives));
    // The separator must not come from outside.
    std::replace(text.begin(), text.end(), '\n', '?');
    return text;
  }
  char text[INET6_ADDRSTRLEN];
  const int family = length == 4 ? AF_INET : AF_INET6;
  if ((length != 4 && length != 16) || !inet_ntop(family, data, text, sizeof text))
    return {};
  return text;
}

// Whole names only, as many as the bound lets in.
std::string alternatives(const X509 *certificate) {
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES *>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string list;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string name = alternative_text(sk_GENERAL_NAME_value(names.get(), i));
    if (name.empty())
      continue;
    if (list.size() + name.size() + 1 > kMaxAlternatives)
      break;
    if (!list.empty())
      list += '\n';
    list += name;
  }
  return list;
}

// What the algorithm identifier says, also for a key that OpenSSL can't load.
KeyKind declared_kind(const X509 *certificate) {
  ASN1_OBJECT *algorithm = nullptr;
  if (X509_PUBKEY_get0_param(&algorithm, nullptr, nullptr, nullptr,
                             X509_get_X509_PUBKEY(certificate)) != 1)
    return KeyKind::unknown;
  switch (OBJ_obj2nid(algorithm)) {
  case NID_rsaEncryption:
  case NID_rsassaPss:
    return KeyKind::rsa;
  case NID_X9_62_id_ecPublicKey:
    return KeyKind::ec;
  case NID_ED25519:
    return KeyKind::ed25519;
  case NID_ED448:
    return KeyKind::ed448;
  case NID_dsa:
    return KeyKind::dsa;
  default:
    return KeyKind::unknown;
  }
}

void read_key(const X509 *certificate, CertificateFacts &facts) {
  facts.key = declared_kind(certificate);
  const EVP_PKEY *key = X509_get0_pubkey(certificate);
  if (!key)
    return;
  if (EVP_PKEY_is_a(key, "SM2") == 1)
    facts.key = KeyKind::sm2;
  facts.key_bits = static_cast<std::uint16_t>(std::clamp(EVP_PKEY_get_bits(key), 0, 0xffff));
}

void read_fields(X509 *certificate, CertificateFacts &facts) {
  facts.parsed = true;
  facts.subject = name_text(X509_get_subject_name(certificate));
  facts.issuer = name_text(X509_get_issuer_name(certificate));
  facts.serial = serial_text(X509_get0_serialNumber(certificate));
  facts.not_before = seconds(X509_get0_notBefore(certificate));
  facts.not_after = seconds(X509_get0_notAfter(certificate));
  facts.san = alternatives(certificate);
  facts.self_signed = (X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
  read_key(certificate, facts);
}

} // namespace

//   Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }   RFC 5280, 4.1
CertificateFacts read_certificate(base::Bytes der) {
  CertificateFacts facts;
  EVP_Digest(der.data(), der.size(), facts.sha1.data(), nullptr, EVP_sha1(), nullptr);
  EVP_Digest(der.data(), der.size(), facts.sha256.data(), nullptr, EVP_sha256(), nullptr);
  const unsigned char *at = der.data();
  const Owned<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate)
    read_fields(certificate.get(), facts);
  ERR_clear_error();
  return facts;
}

} // namespace handspan::tls
