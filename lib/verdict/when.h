// When each rule applies, by the stage it speaks of. Each may take for granted that the connection
// is in that stage and that no rule before it in the table applied. Internal to lib/verdict.
#pragma once

#include "verdict/situation.h"

namespace handspan::verdict {

// view.cc: what the view allows
bool alert_in_clear(const Situation &);
bool from_the_middle(const Situation &);
bool probe_limit(const Situation &);
bool bytes_missing(const Situation &);
bool one_direction(const Situation &);
bool probe_stopped(const Situation &);
bool capture_ended_early(const Situation &);
bool capture_ended_open(const Situation &);

// path.cc: what happened between the two sides
bool foreign_reset(const Situation &);
bool unreachable(const Situation &);
bool undelivered(const Situation &);
bool in_vain(const Evidence &, Side);

// opening.cc
bool syn_refused(const Situation &);
bool probed(const Situation &);
bool opening_reset(const Situation &);
bool syn_answered_stale(const Situation &);
bool syn_ack_repeated(const Situation &);
bool syn_ack_unacknowledged(const Situation &);
bool syn_unanswered(const Situation &);
bool syn_answered_otherwise(const Situation &);

// handshake.cc
bool handshake_over(const Situation &);
bool server_not_tls(const Situation &);
bool client_not_tls(const Situation &);
bool malformed(const Situation &);
bool short_record_refuses(const Situation &);
bool hidden_alert(const Situation &);
bool hello_unheard(const Situation &);
bool hello_unanswered(const Situation &);
bool hello_incomplete(const Situation &);
bool reset_on_finished(const Situation &);
bool left_on_finished(const Situation &);
bool reset_before_answer(const Situation &);
bool left_before_answer(const Situation &);
bool handshake_reset(const Situation &);
bool goodbye_in_handshake(const Situation &);
bool left_in_handshake(const Situation &);
bool left_before_hello(const Situation &);
bool port_reused(const Situation &);
bool silent_in_handshake(const Situation &);

// plain.cc
bool tls_refused(const Situation &);
bool proxy_refused(const Situation &);
bool proxy_header_refused(const Situation &);
bool subflow_closed(const Situation &);
bool subflow_gone(const Situation &);

// established.cc
bool unused(const Situation &);
bool certificate_refused(const Situation &);
bool tls_unused(const Situation &);
bool alert_for_answer(const Situation &);
bool silent_from_the_start(const Situation &);
bool left_while_talking(const Situation &);
bool left_before_request(const Situation &);
bool record_cut(const Situation &);
bool plain_to_tls_server(const Situation &);
bool plain_to_tls_port(const Situation &);
bool plain_met_silence(const Situation &);
bool plain_error_by_tls_server(const Situation &);
bool plain_error_on_tls_port(const Situation &);
bool closed_in_order(const Situation &);
bool reset_after_close(const Situation &);
bool data_reset(const Situation &);
bool closed_by_one(const Situation &);
bool silent(const Situation &);
bool replaced(const Situation &);

// The hello was begun, but nobody answered anything, so it is not known to be anything else.
bool hello_in_pieces(const Situation &);
// A FIN or RST came before the Client Hello did.
bool closed_before_hello(const Situation &);
// A close_notify was seen, or what has its place and length.
bool said_goodbye(const Situation &);

} // namespace handspan::verdict
