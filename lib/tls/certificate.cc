//   Certificate ::= SEQUENCE { tbsCertificate TBSCertificate,
//                              signatureAlgorithm AlgorithmIdentifier, signature BIT STRING }
//   TBSCertificate ::= SEQUENCE {
//       version         [0]  EXPLICIT INTEGER DEFAULT v1,
//       serialNumber         INTEGER,
//       signature            AlgorithmIdentifier,
//       issuer               Name,
//       validity             SEQUENCE { notBefore Time, notAfter Time },
//       subject              Name,
//       subjectPublicKeyInfo SubjectPublicKeyInfo,
//       issuerUniqueID  [1]  IMPLICIT BIT STRING OPTIONAL,
//       subjectUniqueID [2]  IMPLICIT BIT STRING OPTIONAL,
//       extensions      [3]  EXPLICIT SEQUENCE OF Extension OPTIONAL }
//   Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE,
//                            extnValue OCTET STRING }                      RFC 5280, section 4.1
#include "tls/certificate.h"

#include "tls/certificate_time.h"
#include "tls/der.h"
#include "tls/distinguished_name.h"

#include <algorithm>
#include <arpa/inet.h>

namespace handspan::tls {

namespace {

using base::Bytes;

// Longest serial number and list of alternative names that is kept.
constexpr std::size_t kMaxSerial = 64;
constexpr std::size_t kMaxAlternatives = 1024;

constexpr ObjectId kExtensions{2, 5, 29}; // RFC 5280, section 4.2.1
constexpr int kSubjectKey = 14, kAlternativeName = 17, kAuthorityKey = 35;
constexpr std::uint8_t kBoolean = 0x01;

struct Fields {
  Bytes serial, signature, issuer, subject, key;
  Element not_before, not_after;
  // Values of extensions: what lies in their OCTET STRING.
  Bytes alternatives, subject_key, authority_key;
};

// The first of each kind counts.
void read_extensions(Bytes list, Fields &out) {
  Der extensions(Der(list).take(tag::sequence));
  while (!extensions.empty()) {
    Der extension(extensions.take(tag::sequence));
    const Bytes id = extension.take(tag::object_id);
    extension.take_if(kBoolean);
    const Bytes value = extension.take(tag::octet_string);
    const int number = kExtensions.child(id);
    Bytes *const place = number == kAlternativeName ? &out.alternatives
                         : number == kSubjectKey    ? &out.subject_key
                         : number == kAuthorityKey  ? &out.authority_key
                                                    : nullptr;
    if (place && place->empty())
      *place = value;
  }
}

// False if it is no certificate.
bool read_structure(Bytes der, Fields &out) {
  Der certificate(Der(der).take(tag::sequence));
  Der fields(certificate.take(tag::sequence));
  certificate.take(tag::sequence);
  certificate.take(tag::bit_string);
  fields.take_if(tag::context_of(0));
  out.serial = fields.take(tag::integer);
  out.signature = fields.take(tag::sequence);
  out.issuer = fields.take(tag::sequence);
  Der validity(fields.take(tag::sequence));
  out.not_before = validity.next();
  out.not_after = validity.next();
  out.subject = fields.take(tag::sequence);
  out.key = fields.take(tag::sequence);
  fields.take_if(tag::context(1));
  fields.take_if(tag::context(2));
  if (fields.peek() == tag::context_of(3))
    read_extensions(fields.take(tag::context_of(3)), out);
  return certificate.ok() && fields.ok();
}

// Two's complement (X.690, 8.3): its magnitude in hex, without leading zero bytes.
std::string serial_text(Bytes integer) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  const bool negative = !integer.empty() && (integer.front() & 0x80) != 0;
  std::size_t last = integer.size(); // the lowest byte that is not zero, and one
  while (last > 0 && integer[last - 1] == 0)
    --last;
  if (last == 0)
    return "0";
  std::string out = negative ? "-" : "";
  bool begun = false;
  for (std::size_t i = 0; i < integer.size() && out.size() < kMaxSerial; ++i) {
    const int inverted = i + 1 < last ? ~integer[i] : -integer[i];
    const auto byte = static_cast<std::uint8_t>(negative ? inverted : integer[i]);
    begun |= byte != 0;
    if (begun)
      out += {kHex[byte >> 4], kHex[byte & 15]};
  }
  out.resize(std::min(out.size(), kMaxSerial));
  return out;
}

//   GeneralName ::= CHOICE { … dNSName [2] IA5String, … directoryName [4] Name, …
//                            iPAddress [7] OCTET STRING, … }                RFC 5280, 4.2.1.6
std::string alternative_text(const Element &name) {
  const Bytes value = name.content;
  if (name.tag == tag::context(2)) {
    std::string text(base::text_of(value.first(std::min(value.size(), kMaxAlternatives))));
    std::replace(text.begin(), text.end(), '\n', '?'); // the separator must not come from outside
    return text;
  }
  char text[INET6_ADDRSTRLEN];
  const int family = value.size() == 4 ? AF_INET : AF_INET6;
  if (name.tag != tag::context(7) || (value.size() != 4 && value.size() != 16) ||
      !inet_ntop(family, value.data(), text, sizeof text))
    return {};
  return text;
}

// Whole names only, as many as the bound lets in.
std::string alternatives(Bytes extension) {
  std::string list;
  for (Der names(Der(extension).take(tag::sequence)); !names.empty();) {
    const std::string name = alternative_text(names.next());
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

//   AuthorityKeyIdentifier ::= SEQUENCE {
//       keyIdentifier             [0] IMPLICIT OCTET STRING OPTIONAL,
//       authorityCertIssuer       [1] IMPLICIT GeneralNames OPTIONAL,
//       authorityCertSerialNumber [2] IMPLICIT INTEGER      OPTIONAL }      RFC 5280, 4.2.1.1
bool names_another_key(const Fields &fields) {
  Der identifier(Der(fields.authority_key).take(tag::sequence));
  const Bytes key = identifier.take_if(tag::context(0));
  Der names(identifier.take_if(tag::context_of(1)));
  const Bytes serial = identifier.take_if(tag::context(2));
  const Bytes own_key = Der(fields.subject_key).take(tag::octet_string);
  if (!key.empty() && !own_key.empty() && !std::ranges::equal(key, own_key))
    return true;
  if (!serial.empty() && !std::ranges::equal(serial, fields.serial))
    return true;
  while (!names.empty())
    if (const Element name = names.next(); name.tag == tag::context_of(4))
      return !same_name(Der(name.content).take(tag::sequence), fields.issuer);
  return false;
}

} // namespace

CertificateFacts CertificateReader::read(Bytes der) {
  CertificateFacts facts;
  sha1_.begin();
  sha1_.add(der);
  sha1_.finish(facts.sha1);
  sha256_.begin();
  sha256_.add(der);
  sha256_.finish(facts.sha256);
  Fields fields;
  facts.parsed = read_structure(der, fields);
  if (!facts.parsed)
    return facts;
  facts.subject = name_text(fields.subject);
  facts.issuer = name_text(fields.issuer);
  facts.serial = serial_text(fields.serial);
  facts.not_before = read_time(fields.not_before);
  facts.not_after = read_time(fields.not_after);
  facts.san = alternatives(fields.alternatives);
  facts.key = read_public_key(fields.key);
  facts.self_signed = same_name(fields.issuer, fields.subject) && !names_another_key(fields) &&
                      may_sign(facts.key.kind, fields.signature);
  return facts;
}

} // namespace handspan::tls
