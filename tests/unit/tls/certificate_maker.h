// Makes certificates with OpenSSL: names of every string type and shape, dates, serial numbers,
// alternative names, keys.
#pragma once

#include "hello_builder.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>
#include <vector>

namespace handspan::tls::test {

struct FreeOpenssl {
  void operator()(EVP_PKEY *p) const { EVP_PKEY_free(p); }
  void operator()(X509 *p) const { X509_free(p); }
  void operator()(X509_NAME *p) const { X509_NAME_free(p); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeOpenssl>;

// One attribute of a name: "CN" or "1.2.3.4", its string type, its content, and whether it shares
// the RDN of the one before.
struct NamePart {
  std::string type;
  int string_type = V_ASN1_UTF8STRING;
  std::string content;
  bool same_rdn = false;
};
using NameParts = std::vector<NamePart>;

inline void add(X509_NAME *name, const NamePart &part) {
  ASN1_OBJECT *type = OBJ_txt2obj(part.type.c_str(), 0);
  X509_NAME_add_entry_by_OBJ(name, type, part.string_type,
                             reinterpret_cast<const unsigned char *>(part.content.data()),
                             static_cast<int>(part.content.size()), -1, part.same_rdn ? -1 : 0);
  ASN1_OBJECT_free(type);
}

inline std::unique_ptr<X509_NAME, FreeOpenssl> make_name(const NameParts &parts) {
  std::unique_ptr<X509_NAME, FreeOpenssl> name(X509_NAME_new());
  for (const NamePart &part : parts)
    add(name.get(), part);
  return name;
}

struct CertificateSpec {
  NameParts subject = {{"CN", V_ASN1_UTF8STRING, "server.test", false}};
  NameParts issuer = {{"CN", V_ASN1_UTF8STRING, "Test CA", false}};
  std::string serial = "01"; // hex, "-" before a negative one
  std::string not_before = "20240101000000Z", not_after = "20260101000000Z";
  std::vector<std::pair<int, std::string>> extensions; // NID, in the words of x509v3_config(5)
};

// DER with the public half of `key`, signed with `signer` or the key itself (the digest of Edwards
// curves is null).
inline Octets make_certificate(const CertificateSpec &spec, EVP_PKEY *key,
                               const EVP_MD *digest = EVP_sha256(), EVP_PKEY *signer = nullptr) {
  const std::unique_ptr<X509, FreeOpenssl> made(X509_new());
  X509_set_version(made.get(), 2);
  BIGNUM *serial = nullptr;
  BN_hex2bn(&serial, spec.serial.c_str());
  BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(made.get()));
  BN_free(serial);
  ASN1_TIME_set_string_X509(X509_getm_notBefore(made.get()), spec.not_before.c_str());
  ASN1_TIME_set_string_X509(X509_getm_notAfter(made.get()), spec.not_after.c_str());
  X509_set_subject_name(made.get(), make_name(spec.subject).get());
  X509_set_issuer_name(made.get(), make_name(spec.issuer).get());
  X509_set_pubkey(made.get(), key);
  X509V3_CTX context;
  X509V3_set_ctx(&context, made.get(), made.get(), nullptr, nullptr, 0);
  for (const auto &[nid, value] : spec.extensions)
    if (X509_EXTENSION *extension =
            X509V3_EXT_conf_nid(nullptr, &context, nid, const_cast<char *>(value.c_str()))) {
      X509_add_ext(made.get(), extension, -1);
      X509_EXTENSION_free(extension);
    }
  X509_sign(made.get(), signer ? signer : key, digest);
  const int length = i2d_X509(made.get(), nullptr);
  if (length < 0) // a curve without a name
    return {};
  Octets der(static_cast<std::size_t>(length));
  unsigned char *at = der.data();
  i2d_X509(made.get(), &at);
  return der;
}

} // namespace handspan::tls::test
