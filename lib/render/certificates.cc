#include "render/certificates.h"

#include "record/names.h"
#include "render/objections.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/utf8.h"
#include "render/wrap.h"

#include <algorithm>
#include <vector>

namespace handspan::render {

namespace {

using summary::Certificate;
using summary::Objection;

constexpr std::int64_t kDay = 24 * 3600;

struct Row {
  Certificate it;
  Objection objection = Objection::none;
};

// Those that are wanted; the first to be over first.
std::vector<Row> rows_of(const summary::Merged &merged, const InventoryView &view) {
  std::vector<Row> rows;
  for (const Certificate &it : merged.certificates()) {
    Row row{it};
    if (view.policy)
      row.objection = summary::objection_to_key(*view.policy, it.key_type, it.key_bits);
    if (view.only_forbidden && row.objection == Objection::none)
      continue;
    if (view.expires_within != base::kNever &&
        (it.not_after == base::kNever ||
         it.not_after > merged.now() + view.expires_within / base::kSecond))
      continue;
    rows.push_back(row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const Row &a, const Row &b) {
    const auto expiry = [](const Certificate &it) {
      return it.not_after == base::kNever ? INT64_MAX : it.not_after;
    };
    return expiry(a.it) < expiry(b.it);
  });
  return rows;
}

std::string key_text(const Certificate &it) {
  const std::string_view type = record::key_type_name(it.key_type);
  std::string out(type.empty() ? "?" : type);
  if (it.key_bits > 0)
    out.append(" ").append(std::to_string(it.key_bits));
  return out;
}

std::string digest_text(const Certificate &it) {
  std::string out(2 * it.sha256.size(), '0');
  put_hex(out.data(), it.sha256);
  return out;
}

template <std::size_t kBytes> std::string shown(const summary::ShortText<kBytes> &text) {
  return printable(text.view()) + (text.cut() ? "…" : "");
}

std::string server_text(const Certificate &it, const Certificate::Server &server) {
  return it.by_client != 0 ? address(server.address)
                           : endpoint(server.address, static_cast<std::uint16_t>(server.port));
}

std::string places_text(const Certificate &it) {
  std::string out;
  const auto put = [&out](const std::string &text) {
    out.append(out.empty() ? "" : " ").append(text);
  };
  for (const Certificate::Server &server : it.servers)
    if (server.taken != 0)
      put(server_text(it, server));
  if (it.more_servers != 0)
    put("…");
  for (const auto &name : it.names)
    if (name.length > 0)
      put(shown(name));
  if (it.more_names != 0)
    put("…");
  return out;
}

std::string expiry_text(const Certificate &it, std::int64_t now, const Style &style) {
  const Language l = style.language;
  if (it.not_after == base::kNever)
    return std::string(phrase(Phrase::certificate_no_date, l));
  const std::string day = date(it.not_after);
  if (it.not_after < now)
    return paint(fill(Phrase::certificate_over, l, {{"date", day}}), Colour::red, style);
  // As far as 64 bits reach.
  const std::int64_t left = (it.not_after - std::max<std::int64_t>(now, 0)) / kDay;
  return paint(fill(Phrase::certificate_until, l, {{"date", day}, {"n", std::to_string(left)}}),
               left < 30 ? Colour::yellow : Colour::none, style);
}

std::string block(const Row &row, std::int64_t now, const Style &style) {
  const Language l = style.language;
  const Certificate &it = row.it;
  std::string head = expiry_text(it, now, style) + " · " + key_text(it);
  if (row.objection != Objection::none)
    head += paint(" ✗ " + std::string(text(row.objection, l)), Colour::red, style);
  head += " · " + fill(Phrase::certificate_shown, l, {{"n", grouped(it.shown)}});
  if (it.refused > 0)
    head += paint(fill(Phrase::certificate_refused, l, {{"n", grouped(it.refused)}}), Colour::red,
                  style);
  const std::string names =
      it.parsed == 0
          ? std::string(phrase(Phrase::certificate_unread, l))
          : fill(Phrase::certificate_names, l,
                 {{"subject", shown(it.subject)},
                  {"issuer", it.self_signed != 0 ? std::string(phrase(Phrase::certificate_self, l))
                                                 : shown(it.issuer)}});
  const std::string places =
      fill(it.by_client != 0 ? Phrase::certificate_by_clients : Phrase::certificate_by, l,
           {{"places", places_text(it)}});
  const std::size_t width = style.width;
  return fit(head, width, 0) + fit(names, width, 2) + fit(places, width, 2) +
         fit("sha256 " + digest_text(it), width, 2);
}

Json certificate_json(const Row &row) {
  const Certificate &it = row.it;
  Json out{{"sha256", digest_text(it)}, {"shown", it.shown}, {"refused", it.refused}};
  out["by"] = it.by_client != 0 ? "client" : "server";
  put_text(out, "subject", it.subject.view());
  put_text(out, "issuer", it.issuer.view());
  put_text(out, "serial", it.serial.view());
  out["san"] = Json::array();
  for (std::string_view left = it.san.view(); !left.empty();) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    out["san"].push_back(left.substr(0, end));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  put_text(out, "key_type", record::key_type_name(it.key_type));
  if (it.key_bits > 0)
    out["key_bits"] = it.key_bits;
  if (it.parsed != 0)
    out["self_signed"] = it.self_signed != 0;
  const auto put_moment = [&](const char *key, std::int64_t seconds) {
    std::string text(kRfc3339, ' ');
    if (seconds != base::kNever) {
      text.resize(
          static_cast<std::size_t>(put_rfc3339_seconds(text.data(), seconds) - text.data()));
      out[key] = text;
    }
  };
  put_moment("not_before", it.not_before);
  put_moment("not_after", it.not_after);
  out["first_seen"] = rfc3339(it.first_seen);
  out["last_seen"] = rfc3339(it.last_seen);
  out["servers"] = Json::array();
  for (const Certificate::Server &server : it.servers)
    if (server.taken != 0)
      out["servers"].push_back(server_text(it, server));
  out["names"] = Json::array();
  for (const auto &name : it.names)
    if (name.length > 0)
      out["names"].push_back(name.view());
  out["more_servers"] = it.more_servers != 0;
  out["more_names"] = it.more_names != 0;
  if (row.objection != Objection::none)
    out["forbidden"] = name(row.objection);
  return out;
}

} // namespace

std::string certificates_text(const summary::Merged &merged, const InventoryView &view,
                              const Style &style) {
  const Language l = style.language;
  const std::vector<Row> rows = rows_of(merged, view);
  std::string out;
  if (rows.empty())
    out = fill(Phrase::inventory_none, l, {{"what", phrase(Phrase::title_certificates, l)}}) + "\n";
  else
    out = paint(fill(Phrase::certificates_head, l, {{"n", grouped(rows.size())}}), Colour::bold,
                style) +
          "\n";
  for (const Row &row : rows)
    out += block(row, merged.now(), style);
  if (const std::uint64_t n = merged.certificates_given_up(); n > 0)
    out += fill(Phrase::certificates_given_up, l, {{"n", grouped(n)}}) + "\n";
  return out + "\n";
}

void put_certificates(Json &out, const summary::Merged &merged, const InventoryView &view) {
  out["certificates"] = Json::array();
  for (const Row &row : rows_of(merged, view))
    out["certificates"].push_back(certificate_json(row));
  out["certificates_given_up"] = merged.certificates_given_up();
}

} // namespace handspan::render
