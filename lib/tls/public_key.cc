#include "tls/public_key.h"

#include "tls/der.h"

#include <algorithm>
#include <bit>

namespace handspan::tls {

namespace {

using base::Bytes;

constexpr ObjectId kPkcs1{1, 2, 840, 113549, 1, 1}; // RFC 8017: 1 rsaEncryption, 10 PSS, signatures
constexpr ObjectId kDsa{1, 2, 840, 10040, 4};       // RFC 3279: 1 the key, 3 with SHA-1
constexpr ObjectId kEcPublicKey{1, 2, 840, 10045, 2, 1};
constexpr ObjectId kEcdsaSha1{1, 2, 840, 10045, 4};    // 1
constexpr ObjectId kEcdsaSha2{1, 2, 840, 10045, 4, 3}; // 1 to 4
constexpr ObjectId kEdwards{1, 3, 101};                // RFC 8410: 112 Ed25519, 113 Ed448
constexpr ObjectId kNistSignature{2, 16, 840, 1, 101, 3, 4, 3};
constexpr ObjectId kSm2Curve{1, 2, 156, 10197, 1, 301};
constexpr ObjectId kSm2WithSm3{1, 2, 156, 10197, 1, 501}; // GM/T 0006

// The named curves, and the length of their order in bits. SEC 2; X9.62; RFC 5639.
constexpr ObjectId kPrimeCurves{1, 2, 840, 10045, 3, 1};
constexpr std::uint16_t kPrimeBits[] = {0, 192, 192, 192, 239, 239, 239, 256};
constexpr ObjectId kCerticomCurves{1, 3, 132, 0};
constexpr std::uint16_t kCerticomBits[] = {0,   163, 162, 238, 113, 113, 112, 110, 161, 161,
                                           256, 0,   0,   0,   0,   163, 281, 282, 0,   0,
                                           0,   0,   131, 131, 193, 193, 232, 233, 128, 126,
                                           161, 192, 225, 224, 384, 521, 407, 409, 570, 570};
constexpr ObjectId kBrainpoolCurves{1, 3, 36, 3, 3, 2, 8, 1, 1};
constexpr std::uint16_t kBrainpoolBits[] = {0,   160, 160, 192, 192, 224, 224, 256,
                                            256, 320, 320, 384, 384, 512, 512};

template <std::size_t N> std::uint16_t entry(const std::uint16_t (&table)[N], int index) {
  return index >= 0 && static_cast<std::size_t>(index) < N ? table[index] : std::uint16_t{0};
}

std::uint16_t bits_of_curve(Bytes curve) {
  return static_cast<std::uint16_t>(entry(kPrimeBits, kPrimeCurves.child(curve)) |
                                    entry(kCerticomBits, kCerticomCurves.child(curve)) |
                                    entry(kBrainpoolBits, kBrainpoolCurves.child(curve)));
}

std::uint16_t bits_of_integer(Bytes integer) {
  while (!integer.empty() && integer.front() == 0)
    integer = integer.subspan(1);
  if (integer.empty())
    return 0;
  const std::size_t bits =
      8 * (integer.size() - 1) + static_cast<std::size_t>(std::bit_width(integer.front()));
  return static_cast<std::uint16_t>(std::min<std::size_t>(bits, 0xffff));
}

//   ECParameters ::= SEQUENCE { version INTEGER, fieldID SEQUENCE, curve SEQUENCE,
//                               base OCTET STRING, order INTEGER, … }        RFC 3279, 2.3.5
std::uint16_t bits_of_explicit_curve(Bytes parameters) {
  Der fields(parameters);
  fields.take(tag::integer);
  fields.take(tag::sequence);
  fields.take(tag::sequence);
  fields.take(tag::octet_string);
  return bits_of_integer(fields.take(tag::integer));
}

//   EcpkParameters ::= CHOICE { ecParameters ECParameters, namedCurve OBJECT IDENTIFIER,
//                               implicitlyCA NULL }                           RFC 3279, 2.3.5
PublicKey read_ec(const Element &parameters) {
  if (parameters.tag == tag::sequence)
    return {KeyKind::ec_explicit, bits_of_explicit_curve(parameters.content)};
  if (parameters.tag == tag::object_id && kSm2Curve.is(parameters.content))
    return {KeyKind::sm2, 256};
  return {KeyKind::ec,
          parameters.tag == tag::object_id ? bits_of_curve(parameters.content) : std::uint16_t{0}};
}

//   RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }     RFC 8017, A.1.1
// in a BIT STRING, whose first byte says how many bits of its last are unused.
PublicKey read_rsa(Bytes key) {
  if (!key.empty())
    key = key.subspan(1);
  Der fields(Der(key).take(tag::sequence));
  return {KeyKind::rsa, bits_of_integer(fields.take(tag::integer))};
}

//   Dss-Parms ::= SEQUENCE { p INTEGER, q INTEGER, g INTEGER }                RFC 3279, 2.3.2
PublicKey read_dsa(const Element &parameters) {
  return {KeyKind::dsa, bits_of_integer(Der(parameters.content).take(tag::integer))};
}

// FIPS 204 and 205 (RFC 9881, RFC 9909); as many bits as the public key has.
PublicKey post_quantum(int number) {
  switch (number) {
  case 17:
    return {KeyKind::ml_dsa_44, 1312 * 8};
  case 18:
    return {KeyKind::ml_dsa_65, 1952 * 8};
  case 19:
    return {KeyKind::ml_dsa_87, 2592 * 8};
  default:
    break;
  }
  // Twelve sets of parameters, with SHA2 and then SHAKE, of 128, 192 and 256 bits: two sizes each
  // (small, fast). Then the same for digests made beforehand.
  if (number >= 20 && number <= 31)
    return {KeyKind::slh_dsa, static_cast<std::uint16_t>(256 + 128 * ((number - 20) % 6 / 2))};
  if (number >= 35 && number <= 46)
    return {KeyKind::slh_dsa, static_cast<std::uint16_t>(256 + 128 * ((number - 35) % 6 / 2))};
  return {};
}

PublicKey edwards(int number) {
  return number == 112   ? PublicKey{KeyKind::ed25519, 256} // RFC 8032: 32 and 57 bytes
         : number == 113 ? PublicKey{KeyKind::ed448, 456}
                         : PublicKey{};
}

// By the algorithms of signatures; `unknown` for others.
KeyKind signer_of(Bytes algorithm) {
  const int nist = kNistSignature.child(algorithm);
  if (kPkcs1.child(algorithm) > 0 || (nist >= 13 && nist <= 16))
    return KeyKind::rsa;
  if (kEcdsaSha1.child(algorithm) == 1 || kEcdsaSha2.child(algorithm) > 0 ||
      (nist >= 9 && nist <= 12))
    return KeyKind::ec;
  if (kDsa.child(algorithm) > 0 || (nist >= 1 && nist <= 8))
    return KeyKind::dsa;
  if (kSm2WithSm3.is(algorithm))
    return KeyKind::sm2;
  const PublicKey modern = nist >= 0 ? post_quantum(nist) : edwards(kEdwards.child(algorithm));
  return modern.kind;
}

} // namespace

//   SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING
//   } AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
//                                                                            RFC 5280, 4.1
PublicKey read_public_key(Bytes info) {
  Der fields(info);
  Der identifier(fields.take(tag::sequence));
  const Bytes key = fields.take(tag::bit_string);
  const Bytes algorithm = identifier.take(tag::object_id);
  const Element parameters = identifier.next();
  if (kEcPublicKey.is(algorithm))
    return read_ec(parameters);
  if (const int rsa = kPkcs1.child(algorithm); rsa == 1 || rsa == 10)
    return read_rsa(key);
  if (kDsa.child(algorithm) == 1)
    return read_dsa(parameters);
  if (kSm2Curve.is(algorithm))
    return {KeyKind::sm2, 256};
  if (const int number = kEdwards.child(algorithm); number > 0)
    return edwards(number);
  return post_quantum(kNistSignature.child(algorithm));
}

bool may_sign(KeyKind key, Bytes signature_algorithm) {
  const KeyKind signer = signer_of(Der(signature_algorithm).take(tag::object_id));
  return signer == KeyKind::unknown || key == KeyKind::unknown || signer == key ||
         (signer == KeyKind::ec && key == KeyKind::ec_explicit);
}

} // namespace handspan::tls
