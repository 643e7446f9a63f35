#include "render/certificate.h"

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

void add_validity(List &list, const Record &r, const Certificate &certificate) {
  const std::int64_t now = r.first / base::kSecond;
  const bool begins = certificate.not_before != base::kNever;
  const bool ends = certificate.not_after != base::kNever;
  if (ends && now > certificate.not_after)
    list.add(Phrase::cert_expired, {{"date", date(certificate.not_after)}});
  else if (begins && now < certificate.not_before)
    list.add(Phrase::cert_not_yet, {{"date", date(certificate.not_before)}});
  else if (ends)
    list.add(Phrase::cert_valid_until, {{"date", date(certificate.not_after)}});
}

} // namespace

bool sent_no_certificate(const Record &r, base::Side side) {
  return side == base::Side::client && r.tls.client_certificate == record::Sent::no;
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
  if (certificate.self_signed)
    list.add(Phrase::cert_self_signed);
  else if (const auto issuer = printable(r.view(certificate.issuer)); !issuer.empty())
    list.add(Phrase::cert_issuer, {{"issuer", issuer}});
  add_validity(list, r, certificate);
  const auto sni = r.view(r.tls.sni);
  const auto names = r.view(certificate.san);
  if (side == base::Side::server && !sni.empty() && !names.empty() && !covers(names, sni))
    list.add(Phrase::cert_other_name, {{"sni", printable(sni)}});
  list.add(Phrase::cert_chain, {{"n", std::to_string(certificate.chain_length)}});
  return fill(Phrase::total, language, {{"all", phrase(head, language)}, {"parts", list.text()}});
}

} // namespace handspan::render
