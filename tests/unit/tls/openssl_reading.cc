#include "openssl_reading.h"

#include <algorithm>
#include <arpa/inet.h>
#include <ctime>
#include <memory>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace handspan::tls::test {

namespace {

struct Free {
  void operator()(X509 *p) const { X509_free(p); }
  void operator()(BIO *p) const { BIO_free(p); }
  void operator()(BIGNUM *p) const { BN_free(p); }
  void operator()(char *p) const { OPENSSL_free(p); }
  void operator()(GENERAL_NAMES *p) const { GENERAL_NAMES_free(p); }
};
template <class T> using Owned = std::unique_ptr<T, Free>;

// RFC 4514, but characters outside ASCII stay as they are, in UTF-8.
std::string name_of(const X509_NAME *name) {
  const Owned<BIO> out(BIO_new(BIO_s_mem()));
  const auto style = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
  char *text = nullptr;
  if (X509_NAME_print_ex(out.get(), name, 0, style) < 0)
    return {};
  const long length = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(std::max(length, 0l))};
}

std::string serial_of(const X509 *certificate) {
  const Owned<BIGNUM> number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  const Owned<char> text(BN_bn2hex(number.get()));
  return std::string(text.get()).substr(0, 64);
}

std::int64_t seconds_of(const ASN1_TIME *time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : base::kNever;
}

std::string alternative_of(const GENERAL_NAME *name) {
  int type = 0;
  const auto *value = static_cast<const ASN1_STRING *>(GENERAL_NAME_get0_value(name, &type));
  if (type != GEN_DNS && type != GEN_IPADD)
    return {};
  const unsigned char *data = ASN1_STRING_get0_data(value);
  const auto length = static_cast<std::size_t>(ASN1_STRING_length(value));
  if (type == GEN_DNS)
    return {data, data + length};
  char text[INET6_ADDRSTRLEN];
  return inet_ntop(length == 4 ? AF_INET : AF_INET6, data, text, sizeof text) ? text : "";
}

std::string alternatives_of(const X509 *certificate) {
  const Owned<GENERAL_NAMES> names(static_cast<GENERAL_NAMES *>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::string list;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string name = alternative_of(sk_GENERAL_NAME_value(names.get(), i));
    if (name.empty())
      continue;
    if (list.size() + name.size() + 1 > 1024)
      break;
    list += (list.empty() ? "" : "\n") + name;
  }
  return list;
}

PublicKey key_of(const X509 *certificate) {
  const EVP_PKEY *key = X509_get0_pubkey(certificate);
  if (!key)
    return {};
  static constexpr std::pair<const char *, KeyKind> kKinds[] = {
      {"RSA", KeyKind::rsa},         {"RSA-PSS", KeyKind::rsa}, {"EC", KeyKind::ec},
      {"ED25519", KeyKind::ed25519}, {"ED448", KeyKind::ed448}, {"DSA", KeyKind::dsa},
      {"SM2", KeyKind::sm2}};
  PublicKey out;
  out.bits = static_cast<std::uint16_t>(EVP_PKEY_get_bits(key));
  for (const auto &[name, kind] : kKinds)
    if (EVP_PKEY_is_a(key, name) == 1)
      out.kind = kind;
  return out;
}

} // namespace

std::optional<CertificateFacts> openssl_reading(base::Bytes der) {
  const unsigned char *at = der.data();
  const Owned<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  std::optional<CertificateFacts> facts;
  if (certificate) {
    facts.emplace();
    facts->parsed = true;
    facts->subject = name_of(X509_get_subject_name(certificate.get()));
    facts->issuer = name_of(X509_get_issuer_name(certificate.get()));
    facts->serial = serial_of(certificate.get());
    facts->not_before = seconds_of(X509_get0_notBefore(certificate.get()));
    facts->not_after = seconds_of(X509_get0_notAfter(certificate.get()));
    facts->san = alternatives_of(certificate.get());
    facts->key = key_of(certificate.get());
    facts->self_signed = (X509_get_extension_flags(certificate.get()) & EXFLAG_SS) != 0;
  }
  ERR_clear_error();
  return facts;
}

} // namespace handspan::tls::test
