// Any bytes as a certificate: read without a fault, and the facts within their bounds.
#include "tls/certificate.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  static handspan::tls::CertificateReader reader;
  const handspan::tls::CertificateFacts facts = reader.read({data, size});
  if (facts.subject.size() > 512 || facts.issuer.size() > 512 || facts.serial.size() > 64 ||
      facts.san.size() > 1024)
    std::abort();
  return 0;
}
