#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>

namespace handspan::exporter::net {
namespace {

using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX *)>;

std::string fault_text(const SSL *session) {
  if (session != nullptr)
    if (const long verdict = SSL_get_verify_result(session); verdict != X509_V_OK)
      return X509_verify_cert_error_string(verdict);
  const char *const reason = ERR_reason_error_string(ERR_peek_last_error());
  return reason != nullptr ? reason : "the connection broke";
}

Context context_of(const Receiver &receiver) {
  Context context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  (void)SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  // Behind our close_notify whoever closes his connection alone has read all, too.
  (void)SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  const bool trust =
      receiver.ca.empty()
          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
          : SSL_CTX_load_verify_locations(context.get(), receiver.ca.c_str(), nullptr) == 1;
  const bool us =
      receiver.certificate.empty() ||
      (SSL_CTX_use_certificate_chain_file(context.get(), receiver.certificate.c_str()) == 1 &&
       SSL_CTX_use_PrivateKey_file(context.get(), receiver.key.c_str(), SSL_FILETYPE_PEM) == 1);
  if (!trust || !us)
    context.reset();
  return context;
}

// The name, or the address, that the certificate must hold for.
void expect(SSL *session, const std::string &host) {
  X509_VERIFY_PARAM *const wanted = SSL_get0_param(session);
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) == 1)
    return;
  (void)SSL_set1_host(session, host.c_str());
  (void)SSL_set_tlsext_host_name(session, host.c_str());
}

} // namespace

// `step` until it is done, or can't be. What it returned last.
template <class Step> int Tls::until_done(Step step) {
  ERR_clear_error();
  for (;;) {
    errno = 0;
    const int done = step();
    if (done > 0)
      return done;
    const int wants = SSL_get_error(session_, done);
    const bool read = wants == SSL_ERROR_WANT_READ;
    if (!read && wants != SSL_ERROR_WANT_WRITE)
      return done;
    if (!socket_.wait(read ? POLLIN : POLLOUT)) {
      errno = ETIMEDOUT;
      return -1;
    }
  }
}

std::unique_ptr<Tls> Tls::open(const Receiver &receiver, const Socket &socket, std::string &why) {
  ERR_clear_error();
  const Context context = context_of(receiver);
  SSL *const session = context ? SSL_new(context.get()) : nullptr;
  if (session == nullptr) {
    why = receiver.host + ": " + fault_text(nullptr);
    return nullptr;
  }
  std::unique_ptr<Tls> tls(new Tls(session, socket));
  expect(session, receiver.host);
  if (SSL_set_fd(session, socket.fd()) == 1 &&
      tls->until_done([session] { return SSL_connect(session); }) == 1)
    return tls;
  why = receiver.host + ": " + fault_text(session);
  return nullptr;
}

Tls::~Tls() {
  SSL_free(session_);
}

long Tls::write(const char *bytes, std::size_t size) {
  const int most = static_cast<int>(std::min<std::size_t>(size, INT_MAX));
  const int written = until_done([&] { return SSL_write(session_, bytes, most); });
  if (written <= 0 && errno == 0)
    errno = EPIPE;
  return written > 0 ? written : -1;
}

bool Tls::close() {
  if (SSL_shutdown(session_) < 0)
    return false;
  char byte = 0; // whatever it still says: the end is what is waited for
  while (until_done([&] { return SSL_read(session_, &byte, 1); }) > 0) {
  }
  return (SSL_get_shutdown(session_) & SSL_RECEIVED_SHUTDOWN) != 0;
}

} // namespace handspan::exporter::net
