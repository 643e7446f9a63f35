#include "render/facts.h"

#include "record/names.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace handspan::render {
namespace {

using record::Record;

std::string named(std::string_view name, std::uint16_t number) {
  if (number == record::kNoCode)
    return {};
  return name.empty() ? hex16(number) : std::string(name);
}

// Words of the wire go through printable().
std::string plain_session(const Record &record, Language language) {
  const record::App &app = record.app;
  if (record.tcp.mptcp == record::Mptcp::join)
    return std::string(phrase(Phrase::subflow, language));
  if (record.tcp.payload_bytes.client + record.tcp.payload_bytes.server == 0)
    return std::string(phrase(Phrase::no_data, language));
  if (record.confidence == record::Confidence::probe_limit)
    return std::string(phrase(Phrase::not_followed, language));
  if (app.protocol.empty())
    return std::string(phrase(Phrase::not_tls, language));
  const std::string outer = printable(app.protocol.view());
  std::string out = app.inside.empty() ? outer : printable(app.inside.view());
  for (const std::string &more :
       {printable(record.view(app.method)), printable(record.view(app.host))})
    if (!more.empty())
      out.append(" ").append(more);
  if (app.status > 0)
    out = fill(Phrase::plain_status, language,
               {{"session", out}, {"status", std::to_string(app.status)}});
  if (app.inside.empty())
    return out;
  return fill(Phrase::plain_inside, language, {{"session", out}, {"outer", outer}});
}

std::string refusal_code(const Record &record) {
  const record::App &app = record.app;
  return app.refusal != record::kNoNumber ? std::to_string(app.refusal)
                                          : printable(record.view(app.refusal_word));
}

} // namespace

std::string_view text(record::Phase phase, Language language) {
  static constexpr Phrase kTexts[] = {Phrase::tcp_handshake, Phrase::tls_handshake, Phrase::data,
                                      Phrase::teardown};
  return render::phrase(kTexts[static_cast<std::size_t>(phase) % std::size(kTexts)], language);
}

std::string_view text(record::Outcome outcome, Language language) {
  static constexpr Phrase kTexts[] = {Phrase::completed, Phrase::failed, Phrase::open,
                                      Phrase::unknown, Phrase::unused};
  return phrase(kTexts[static_cast<std::size_t>(outcome) % std::size(kTexts)], language);
}

std::string_view text(record::By by, Language language) {
  static constexpr Phrase kTexts[] = {Phrase::nobody, Phrase::client, Phrase::server,
                                      Phrase::network, Phrase::probe};
  return phrase(kTexts[static_cast<std::size_t>(by) % std::size(kTexts)], language);
}

std::string_view text(record::Limit limit, Language language) {
  struct Texts {
    std::string_view english, chinese;
  };
  static constexpr Texts kTexts[] = {
      {},
#define HANDSPAN_LIMIT(name, key, counter, cost, english, chinese) {english, chinese},
#include "record/limits.def"
#undef HANDSPAN_LIMIT
  };
  const Texts &texts = kTexts[static_cast<std::size_t>(limit) % std::size(kTexts)];
  return language == Language::zh ? texts.chinese : texts.english;
}

std::string_view text(base::Side side, Language language) {
  return phrase(side == base::Side::client ? Phrase::client : Phrase::server, language);
}

std::string version_text(std::uint16_t number) {
  return named(record::version_name(number), number);
}

std::string cipher_text(std::uint16_t number) {
  return named(record::cipher_name(number), number);
}

std::string group_text(std::uint16_t number) {
  return named(record::group_name(number), number);
}

std::string icmp_text(const record::Icmp &icmp, Language language) {
  std::string name(record::icmp_name(icmp.v6, icmp.type, icmp.code));
  if (name.empty())
    name = std::to_string(icmp.type) + "/" + std::to_string(icmp.code);
  std::replace(name.begin(), name.end(), '_', ' ');
  if (icmp.mtu == 0)
    return name;
  return fill(Phrase::icmp_mtu, language, {{"name", name}, {"mtu", std::to_string(icmp.mtu)}});
}

std::string session(const Record &record, Language language) {
  if (!record.tls.present)
    return plain_session(record, language);
  std::string out = version_text(record.tls.version);
  if (out.empty())
    return std::string(phrase(Phrase::unknown_tls, language));
  if (const std::string cipher = cipher_text(record.tls.cipher); !cipher.empty())
    out.append(" ").append(cipher);
  return record.tls.resumed ? fill(Phrase::resumed, language, {{"session", out}}) : out;
}

std::string refusal_text(const Record &record) {
  const record::App &app = record.app;
  return app.refusal_line.length > 0 ? printable(record.view(app.refusal_line))
                                     : refusal_code(record);
}

std::string cause_text(const record::Record &record) {
  if (record.cause == record::Cause::tls_refused || record.cause == record::Cause::proxy_refused)
    return std::string(name(record.cause)).append(" ").append(refusal_code(record));
  const bool by_alert =
      record.cause == record::Cause::alert && record.decided.alert != record::kNoAlert;
  return cause_text(record.cause,
                    by_alert ? record.tls.alerts[record.decided.alert].code : record::kNoCode);
}

std::string cause_text(record::Cause cause, std::uint16_t alert) {
  std::string out{name(cause)};
  if (alert != record::kNoCode)
    out.append(" ")
        .append(std::to_string(alert))
        .append(" ")
        .append(record::alert_name(static_cast<std::uint8_t>(alert)));
  return out;
}

PhaseOrder phases_in_order(const Record &record) {
  // The opening comes first and the end last, however a mirror mixed them; of the two between them
  // either may begin. Their times may be equal, or of two clocks.
  const auto place = [&record](record::Phase phase) {
    const auto i = static_cast<std::size_t>(phase);
    const int bounds =
        phase == record::Phase::tcp_handshake ? -1 : phase == record::Phase::teardown;
    return std::tuple(bounds, record.phase_order[i], record.phases[i].start);
  };
  PhaseOrder order;
  for (std::size_t i = 0; i < record.phases.size(); ++i) {
    if (record.phases[i].packets == 0)
      continue;
    const auto phase = static_cast<record::Phase>(i);
    order.push(phase);
    const auto later = std::upper_bound(
        order.begin(), order.end() - 1, phase,
        [&place](record::Phase a, record::Phase b) { return place(a) < place(b); });
    std::rotate(later, order.end() - 1, order.end());
  }
  return order;
}

} // namespace handspan::render
