#include "summary/certificates.h"

#include "record/rules.h"

#include <algorithm>
#include <cstring>

namespace handspan::summary {

namespace {

using base::Side;

// The alerts that speak of the other side's certificate (RFC 8446, section 6.2).
bool is_about_certificate(std::uint8_t code) {
  return (code >= 41 && code <= 46) || code == 48 || code == 113 || code == 114;
}

// Was the certificate that `side` showed why the other one left?
bool is_refused(const record::Record &record, Side side) {
  if (record.outcome != record::Outcome::failed)
    return false;
  if (record.decided.rule == record::Rule::certificate_refused)
    return side == Side::server;
  const std::uint8_t at = record.decided.alert;
  return record.cause == record::Cause::alert && at < record.tls.alerts.size() &&
         !record.tls.alerts[at].encrypted && is_about_certificate(record.tls.alerts[at].code) &&
         record.tls.alerts[at].from != side;
}

Certificate::Server server_of(const record::Record &record, Side side) {
  if (side == Side::client)
    return {record.client, 0, 1};
  return {record.server, record.server_port, 1};
}

Certificate described(const record::Record &record, Side side) {
  const record::Certificate &from = record.tls.certificate[side];
  Certificate it;
  it.sha256 = from.sha256;
  it.by_client = side == Side::client;
  it.parsed = from.parsed;
  if (!from.parsed)
    return it;
  it.self_signed = from.self_signed;
  it.key_type = from.key_type;
  it.key_bits = from.key_bits;
  it.not_before = from.not_before;
  it.not_after = from.not_after;
  it.subject.assign(record.view(from.subject));
  it.issuer.assign(record.view(from.issuer));
  it.serial.assign(record.view(from.serial));
  it.san.assign(record.view(from.san));
  return it;
}

} // namespace

bool Certificate::add(const Server &server) {
  for (Server &place : servers) {
    if (place.taken == 0) {
      store_words(&place, &server, sizeof server);
      return true;
    }
    if (place.address == server.address && place.port == server.port)
      return true;
  }
  return false;
}

bool Certificate::add(const ShortText<62> &name) {
  for (ShortText<62> &place : names) {
    if (place.length == 0) {
      store_words(&place, &name, sizeof name);
      return true;
    }
    if (place.length == name.length && place.view() == name.view())
      return true;
  }
  return false;
}

void CertificateWriter::add(const record::Record &record) {
  for (const Side side : {Side::server, Side::client})
    if (record.tls.certificate[side].known)
      show(record, side);
}

// The one that has it; else a free one, or that which was not seen for the longest.
Certificate &CertificateWriter::place_for(const record::Certificate &certificate, bool &fresh) {
  std::uint64_t word;
  std::memcpy(&word, certificate.sha256.data(), sizeof word);
  Certificate *set = &certificates_.places[word % Certificates::kSets * Certificates::kWays];
  Certificate *oldest = set;
  for (Certificate *it = set; it != set + Certificates::kWays; ++it) {
    fresh = it->shown == 0;
    if (fresh || it->sha256 == certificate.sha256)
      return *it;
    if (it->last_seen < oldest->last_seen)
      oldest = it;
  }
  bump(certificates_.gave_way);
  fresh = true;
  return *oldest;
}

void CertificateWriter::show(const record::Record &record, Side side) {
  bool fresh = false;
  Certificate &it = place_for(record.tls.certificate[side], fresh);
  if (fresh) {
    Certificate described = summary::described(record, side);
    described.first_seen = described.last_seen = record.last;
    it.version.begin();
    store_words(reinterpret_cast<char *>(&it) + sizeof(Version),
                reinterpret_cast<const char *>(&described) + sizeof(Version),
                sizeof it - sizeof(Version));
    it.version.end();
  }
  bump(it.shown);
  if (is_refused(record, side))
    bump(it.refused);
  set(it.first_seen, std::min(it.first_seen, record.last));
  set(it.last_seen, std::max(it.last_seen, record.last));
  if (!it.add(server_of(record, side)))
    set(it.more_servers, 1U);
  const std::string_view asked = record.view(record.tls.sni);
  if (side == Side::client || asked.empty())
    return;
  ShortText<62> name;
  name.assign(asked);
  if (!it.add(name))
    set(it.more_names, 1U);
}

void load(Certificates &to, const Certificates &live) {
  to.gave_way = get(live.gave_way);
  for (std::size_t i = 0; i < to.places.size(); ++i)
    if (get(live.places[i].shown) != 0)
      load_cell(to.places[i], live.places[i]);
}

} // namespace handspan::summary
