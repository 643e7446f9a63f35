#include "render/facts.h"

#include "record/names.h"
#include "render/units.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace handspan::render {
namespace {

using record::By;
using record::Record;
using record::Step;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_caseless(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool covers_one(std::string_view name, std::string_view host) {
  if (name.substr(0, 4) == "DNS:")
    name.remove_prefix(4);
  if (name.substr(0, 2) != "*.")
    return equal_caseless(name, host);
  const std::size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 &&
         equal_caseless(name.substr(1), host.substr(dot));
}

bool is_end(Step step) {
  return step == Step::none || step == Step::alert || step == Step::fin || step == Step::rst;
}

std::string named(std::string_view name, std::uint16_t number) {
  if (number == record::kNoCode)
    return {};
  return name.empty() ? hex16(number) : std::string(name);
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

std::string_view text(base::Side side, Language language) {
  return phrase(side == base::Side::client ? Phrase::client : Phrase::server, language);
}

std::optional<base::Nanos> between(base::Nanos earlier, base::Nanos later) {
  if (earlier == base::kNever || later == base::kNever || later < earlier)
    return std::nullopt;
  return base::elapsed(earlier, later);
}

std::string version_text(std::uint16_t number) {
  return named(record::version_name(number), number);
}

std::string cipher_text(std::uint16_t number) {
  return named(record::cipher_name(number), number);
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
    return std::string(phrase(Phrase::plain_tcp, language));
  std::string out = version_text(record.tls.version);
  if (out.empty())
    return std::string(phrase(Phrase::unknown_tls, language));
  if (const std::string cipher = cipher_text(record.tls.cipher); !cipher.empty())
    out.append(" ").append(cipher);
  return record.tls.resumed ? fill(Phrase::resumed, language, {{"session", out}}) : out;
}

const record::Alert *decisive_alert(const Record &record) {
  constexpr std::uint8_t kCloseNotify = 0, kUserCanceled = 90, kFatal = 2;
  const auto rank = [&](const record::Alert &alert) {
    const By from = alert.from == base::Side::client ? By::client : By::server;
    if ((record.by == By::client || record.by == By::server) && record.by != from)
      return 0;
    if (!alert.encrypted && (alert.code == kCloseNotify || alert.code == kUserCanceled))
      return 1;
    return !alert.encrypted && alert.level == kFatal ? 3 : 2;
  };
  const record::Alert *best = nullptr;
  for (const record::Alert &alert : record.tls.alerts)
    if (rank(alert) > (best == nullptr ? 0 : rank(*best)))
      best = &alert;
  return best;
}

std::string cause_text(const record::Record &record) {
  std::string out{name(record.cause)};
  if (record.cause != record::Cause::alert)
    return out;
  if (const record::Alert *alert = decisive_alert(record); alert != nullptr && !alert->encrypted)
    out.append(" ")
        .append(std::to_string(alert->code))
        .append(" ")
        .append(record::alert_name(alert->code));
  return out;
}

Step step_before_end(const Record &record) {
  if (!is_end(record.step))
    return record.step;
  const record::Alert *alert = decisive_alert(record);
  return record::last_message(record, Step::none, alert == nullptr ? base::kNever : alert->time);
}

std::vector<record::Phase> phases_in_order(const Record &record) {
  std::vector<record::Phase> order;
  for (std::size_t i = 0; i < record.phases.size(); ++i)
    if (record.phases[i].packets > 0)
      order.push_back(static_cast<record::Phase>(i));
  // The opening comes first and the end last, however a mirror mixed them; of the two between them
  // either may begin. Their times may be equal, or of two clocks.
  const auto place = [&record](record::Phase phase) {
    const auto i = static_cast<std::size_t>(phase);
    const int bounds =
        phase == record::Phase::tcp_handshake ? -1 : phase == record::Phase::teardown;
    return std::tuple(bounds, record.phase_order[i], record.phases[i].start);
  };
  std::stable_sort(order.begin(), order.end(),
                   [&place](record::Phase a, record::Phase b) { return place(a) < place(b); });
  return order;
}

bool covers(std::string_view names, std::string_view host) {
  while (!host.empty() && host.back() == '.')
    host.remove_suffix(1);
  while (!names.empty()) {
    const std::size_t end = std::min(names.find('\n'), names.size());
    if (covers_one(names.substr(0, end), host))
      return true;
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return false;
}

} // namespace handspan::render
