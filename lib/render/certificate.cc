#include "render/certificate.h"

#include "record/certificate_faults.h"
#include "render/facts.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"

namespace handspan::render {
namespace {

using record::Certificate;
using record::Record;

class List {
public:
  explicit List(Language language) : language_(language) {}

  void add(Phrase id, std::initializer_list<Filling> fillings = {}) {
    if (!text_.empty())
      text_ += phrase(Phrase::comma, language_);
    text_ += fill(id, language_, fillings);
  }
  [[nodiscard]] const std::string &text() const { return text_; }

private:
  Language language_;
  std::string text_;
};

void add_faults(List &list, const Record &r, base::Side side) {
  const Certificate &certificate = r.tls.certificate[side];
  const record::CertificateFaults faults = record::certificate_faults(r, side);
  if (faults.self_signed)
    list.add(Phrase::cert_self_signed);
  if (faults.expired)
    list.add(Phrase::cert_expired, {{"date", date(certificate.not_after)}});
  if (faults.not_yet_valid)
    list.add(Phrase::cert_not_yet, {{"date", date(certificate.not_before)}});
  if (faults.other_name)
    list.add(Phrase::cert_other_name, {{"sni", printable(r.view(r.tls.sni))}});
}

} // namespace

bool sent_no_certificate(const Record &r, base::Side side) {
  return side == base::Side::client && r.tls.client_certificate == record::Sent::no;
}

std::string certificate_faults(const Record &r, base::Side side, Language language) {
  List list(language);
  add_faults(list, r, side);
  return list.text();
}

std::string certificate_text(const Record &r, base::Side side, Language language) {
  const Certificate &certificate = r.tls.certificate[side];
  const Phrase head = side == base::Side::server ? Phrase::certificate : Phrase::client_certificate;
  if (sent_no_certificate(r, side))
    return fill(Phrase::total, language,
                {{"all", phrase(head, language)}, {"parts", phrase(Phrase::cert_none, language)}});
  if (certificate.chain_length == 0 || !certificate.parsed)
    return {};
  List list(language);
  if (const auto subject = printable(r.view(certificate.subject)); !subject.empty())
    list.add(Phrase::cert_subject, {{"subject", subject}});
  const record::CertificateFaults faults = record::certificate_faults(r, side);
  if (const auto issuer = printable(r.view(certificate.issuer));
      !issuer.empty() && !faults.self_signed)
    list.add(Phrase::cert_issuer, {{"issuer", issuer}});
  add_faults(list, r, side);
  if (certificate.not_after != base::kNever && !faults.expired && !faults.not_yet_valid)
    list.add(Phrase::cert_valid_until, {{"date", date(certificate.not_after)}});
  list.add(Phrase::cert_chain, {{"n", std::to_string(certificate.chain_length)}});
  return fill(Phrase::total, language, {{"all", phrase(head, language)}, {"parts", list.text()}});
}

} // namespace handspan::render
