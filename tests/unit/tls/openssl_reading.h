// The facts of a certificate as OpenSSL reads them: the other opinion.
#pragma once

#include "tls/certificate.h"

#include <optional>

namespace handspan::tls::test {

// Nothing where OpenSSL takes the bytes for no certificate. Digests are left out.
std::optional<CertificateFacts> openssl_reading(base::Bytes der);

} // namespace handspan::tls::test
