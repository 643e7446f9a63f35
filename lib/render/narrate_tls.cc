// What TLS says in a packet, in words.
#include "record/hidden_type.h"
#include "record/names.h"
#include "render/certificate.h"
#include "render/facts.h"
#include "render/narrator.h"
#include "render/units.h"
#include "render/utf8.h"

#include <algorithm>

namespace handspan::render {

namespace hidden_type = record::hidden_type;
namespace part_flag = record::part_flag;
using base::Side;
using record::Phase;
using record::Step;

namespace {

constexpr std::uint8_t kApplicationData = 23;

struct AlertHelp {
  std::uint8_t code;
  std::string_view meaning_en, behind_en, meaning_zh, behind_zh;
};
constexpr AlertHelp kAlerts[] = {
#define HANDSPAN_ALERT(code, meaning_en, behind_en, meaning_zh, behind_zh)                         \
  {code, meaning_en, behind_en, meaning_zh, behind_zh},
#include "render/alerts.def"
#undef HANDSPAN_ALERT
};

const AlertHelp *help_for(std::uint8_t code) {
  const auto *found = std::find_if(std::begin(kAlerts), std::end(kAlerts),
                                   [code](const AlertHelp &a) { return a.code == code; });
  return found != std::end(kAlerts) ? found : nullptr;
}

// What an encrypted record is, by its place and length (record::hidden_type).
bool is_hidden(const Piece &piece, std::uint8_t type) {
  return piece.part.content == kApplicationData && piece.part.type == type;
}

// Too few bytes to tell what record they begin.
bool is_header(const Piece &piece) {
  return piece.total < 5;
}

bool about_certificate(std::uint8_t code) {
  return (code >= 42 && code <= 46) || code == 48;
}

} // namespace

bool Narrator::tls13() const {
  return r_.tls.version == 0x0304 || r_.tls.version >> 8 == 0x7f;
}

std::string Narrator::piece_label(const Piece &piece) const {
  const std::string bytes = grouped(piece.part.bytes);
  if (is_hidden(piece, hidden_type::alert_length))
    return text(Phrase::ex_hidden_short_label, {{"bytes", bytes}});
  if (is_hidden(piece, hidden_type::handshake))
    return text(Phrase::ex_hidden_handshake, {{"bytes", bytes}});
  switch (piece.step) {
  case Step::application_data:
    return text(Phrase::ex_app_data, {{"bytes", bytes}});
  case Step::none:
    return is_header(piece) ? text(Phrase::ex_header_piece)
                            : text(Phrase::ex_some_data, {{"bytes", bytes}});
  case Step::alert:
    if (piece.part.has(part_flag::encrypted) || !piece.ends())
      return text(Phrase::ex_alert_hidden_label);
    return text(
        Phrase::ex_alert_label,
        {{"level", phrase(piece.part.detail == 2 ? Phrase::ex_fatal : Phrase::ex_warning, l_)},
         {"name", record::alert_name(piece.part.type)},
         {"code", std::to_string(piece.part.type)}});
  default:
    break;
  }
  const std::string step(record::title(piece.step));
  if (piece.whole() || piece.total <= piece.part.bytes)
    return piece.part.has(part_flag::encrypted) && piece.step != Step::encrypted_handshake
               ? text(Phrase::ex_encrypted, {{"step", step}})
               : step;
  const Phrase id = piece.begins() ? Phrase::ex_piece_first
                    : piece.ends() ? Phrase::ex_piece_last
                                   : Phrase::ex_piece_middle;
  return text(id, {{"bytes", bytes},
                   {"total", grouped(piece.total)},
                   {"step", step},
                   {"from", grouped(piece.before + 1)},
                   {"to", grouped(piece.before + piece.part.bytes)}});
}

void Narrator::tls(const Packet &p) {
  for (const Piece &piece : p.pieces)
    this->piece(p, piece);
  const bool done = r_.tls.established && p.fact.time == r_.tls.finished &&
                    p.fact.phase == Phase::tls_handshake && !handshake_done_told_;
  if (done) {
    handshake_done_told_ = true;
    say(Phrase::ex_handshake_done,
        {{"time", duration(between(r_.tls.start, r_.tls.finished).value_or(0))}});
  }
}

void Narrator::piece(const Packet &p, const Piece &piece) {
  if (piece.part.content == kApplicationData)
    return data(p, piece);
  if (piece.step == Step::alert)
    return piece.ends() ? alert(p, piece) : void();
  if (piece.step == Step::none)
    return is_header(piece) ? void() : say(Phrase::ex_unread);
  if (piece.begins())
    message(p, piece);
  if (!piece.whole())
    split(piece);
}

void Narrator::split(const Piece &piece) {
  const std::string step(record::title(piece.step));
  if (!piece.begins())
    return say(piece.ends() ? Phrase::ex_split_last : Phrase::ex_split_middle,
               {{"step", step}, {"first", name(piece.first)}});
  if (!piece.ended)
    return say(Phrase::ex_split_unfinished, {{"step", step}});
  say(Phrase::ex_split_first, {{"step", step},
                               {"total", grouped(piece.total)},
                               {"first", name(piece.first)},
                               {"last", name(piece.last)}});
}

// What a message is for.
void Narrator::message(const Packet &p, const Piece &piece) {
  const auto about = [&](Phrase id) {
    say(id, {{"side", side(p.fact.from)}, {"other", side(base::other(p.fact.from))}});
  };
  switch (piece.step) {
  case Step::client_hello: {
    const std::string sni = printable(r_.view(r_.tls.sni));
    const std::string asked = sni.empty() ? sni : text(Phrase::ex_client_hello_sni, {{"sni", sni}});
    say(Phrase::ex_client_hello, {{"sni", asked}});
    if (r_.tls.client_version == record::kNoCode && r_.tls.messages_unread > 0)
      say(Phrase::ex_message_unread);
    return;
  }
  case Step::server_hello:
    return say(Phrase::ex_server_hello, {{"session", session(r_, l_)}});
  case Step::hello_retry_request:
    return about(Phrase::ex_hello_retry_request);
  case Step::certificate:
    return certificate(p);
  case Step::server_key_exchange:
    return about(Phrase::ex_server_key_exchange);
  case Step::certificate_request:
    return about(Phrase::ex_certificate_request);
  case Step::server_hello_done:
    return about(Phrase::ex_server_hello_done);
  case Step::client_key_exchange:
    return about(Phrase::ex_client_key_exchange);
  case Step::certificate_verify:
    return about(Phrase::ex_certificate_verify);
  case Step::certificate_status:
    return about(Phrase::ex_certificate_status);
  case Step::change_cipher_spec:
    return about(tls13() ? Phrase::ex_change_cipher_spec13 : Phrase::ex_change_cipher_spec);
  case Step::finished:
    return about(Phrase::ex_finished);
  case Step::new_session_ticket:
    return about(Phrase::ex_new_session_ticket);
  case Step::hello_request:
    return about(Phrase::ex_hello_request);
  case Step::encrypted_handshake:
    return about(Phrase::ex_encrypted_handshake);
  default:
    return;
  }
}

void Narrator::certificate(const Packet &p) {
  const Side from = p.fact.from;
  say(sent_no_certificate(r_, from) ? Phrase::ex_no_certificate : Phrase::ex_certificate,
      {{"side", side(from)}, {"other", side(base::other(from))}});
}

void Narrator::data(const Packet &p, const Piece &piece) {
  const Side from = p.fact.from;
  switch (piece.part.type) {
  case hidden_type::alert_length:
    return short_record(from);
  case hidden_type::handshake:
    if (piece.begins())
      say(hidden_told_[from]     ? Phrase::ex_hidden_more
          : from == Side::server ? Phrase::ex_hidden_server
                                 : Phrase::ex_hidden_client,
          {{"side", side(from)}});
    hidden_told_[from] = true;
    return;
  case hidden_type::early_data:
    say(early_told_ ? Phrase::ex_app : Phrase::ex_early_data, {{"side", side(from)}});
    early_told_ = true;
    return;
  default:
    break;
  }
  if (!data_told_ && r_.tls.client_hello != base::kNever)
    say(Phrase::ex_app_first);
  else
    say(Phrase::ex_app, {{"side", side(from)}});
  if (!data_told_ && tls13() && from == Side::server)
    say(Phrase::ex_ticket_maybe);
  data_told_ = true;
  if (piece.part.detail > 1)
    say(Phrase::ex_app_records, {{"n", std::to_string(piece.part.detail)}});
  if (piece.part.left > 0)
    say(Phrase::ex_app_goes_on, {{"bytes", grouped(piece.part.left)}});
}

// Whether it refuses or closes was decided with the verdict.
void Narrator::short_record(Side from) {
  const bool refuses = r_.cause == record::Cause::rejected &&
                       r_.by == (from == Side::client ? record::By::client : record::By::server);
  alert_told_ |= refuses;
  say(refuses ? Phrase::ex_hidden_short : Phrase::ex_short_closes);
}

void Narrator::alert(const Packet &p, const Piece &piece) {
  const std::string who = side(p.fact.from);
  if (piece.part.has(part_flag::encrypted)) {
    say(Phrase::ex_alert_hidden, {{"side", who}});
    return r_.tls.client_hello == base::kNever ? void() : short_record(p.fact.from);
  }
  const AlertHelp *help = help_for(piece.part.type);
  const bool fatal = piece.part.detail == record::kFatalAlert;
  const bool zh = l_ == Language::zh;
  say(help ? Phrase::ex_alert : Phrase::ex_alert_unnamed,
      {{"side", who},
       {"level", phrase(fatal ? Phrase::ex_fatal : Phrase::ex_warning, l_)},
       {"name", record::alert_name(piece.part.type)},
       {"code", std::to_string(piece.part.type)},
       {"meaning", !help ? ""
                   : zh  ? help->meaning_zh
                         : help->meaning_en}});
  if (help)
    say(std::string(zh ? help->behind_zh : help->behind_en));
  if (about_certificate(piece.part.type)) {
    paragraph();
    say(certificate_text(r_, base::other(p.fact.from), l_));
    paragraph();
  }
  namespace code = record::alert_code;
  const bool goodbye =
      piece.part.type == code::close_notify || piece.part.type == code::user_canceled;
  alert_told_ |= piece.part.type != code::close_notify;
  if (fatal)
    say(Phrase::ex_alert_ends);
  else if (!goodbye)
    say(Phrase::ex_alert_goes_on);
}

} // namespace handspan::render
