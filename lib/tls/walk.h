// One call of Tracker::feed(): a piece of one direction's bytes walked through record by record and
// message by message. Made on the stack for the call; what must outlive it stands in Stream.
#pragma once

#include "tls/core.h"
#include "tls/piece.h"

namespace handspan::tls {

struct ServerHello;

// Counts up and stays at the highest value.
template <class T> void count(T &counter) {
  if (counter != static_cast<T>(-1))
    ++counter;
}

class Walk {
public:
  // `pieces`, if not null, is told what the bytes are.
  Walk(Core &core, Session &session, Side from, Stamp at, PieceSink *pieces = nullptr)
      : core_(core), session_(session), stream_(session.stream[from]), from_(from), at_(at),
        pieces_(pieces) {}

  Events run(base::Bytes bytes);
  Events skip(std::uint64_t missing);

private:
  // record.cc: RFC 8446, section 5
  base::Bytes header(base::Bytes bytes);
  base::Bytes body(base::Bytes bytes);
  bool begin_record();
  bool begin_sslv2();
  void end_record();
  void foreign_bytes();
  bool resync(base::Bytes bytes);
  void lose_position();
  void collect_alert(base::Bytes part);
  void end_alert();

  // message.cc: RFC 8446, section 4; RFC 5246, section 7.4
  void handshake(base::Bytes body);
  base::Bytes message_header(base::Bytes body);
  base::Bytes message_body(base::Bytes body);
  void collect(base::Bytes part);
  void end_message(base::Bytes body);
  void learn_roles(std::uint8_t type);
  void drop_message();
  [[nodiscard]] bool message_plausible() const;
  [[nodiscard]] bool is_first_message() const;
  [[nodiscard]] std::size_t bytes_wanted() const;

  // pieces.cc: what the bytes are, one run after the other
  void tell_message();
  void tell_record(std::uint8_t content);
  void tell_rest();
  void tell_missing(std::uint32_t bytes, std::uint32_t left);
  void tell(Piece piece);

  // facts.cc: what messages say
  void client_hello(base::Bytes body, bool whole);
  void sslv2_client_hello(base::Bytes body, bool whole);
  bool server_hello(base::Bytes body, bool whole); // true: it was a Hello Retry Request
  void hello_retry_request(base::Bytes body, bool whole);
  void certificate(base::Bytes body, bool whole);
  void keep_certificate(base::Bytes der);
  void chosen(const ServerHello &hello);
  void sslv2_server_hello();

  // progress.cc: how far the handshake is
  void change_cipher_spec();
  void hidden_handshake();
  void hidden_record();
  void client_finishes(bool exact);
  void behind_finished(unsigned length);
  [[nodiscard]] bool accepted() const;
  [[nodiscard]] bool is_short(unsigned length) const;
  void application_data();
  void sslv2_turn();
  void keys_known();
  void establish(Nanos when, bool inferred);
  void list(Content content, std::uint8_t type, bool encrypted);
  void note_history(char letter);

  [[nodiscard]] bool in_clear_by_suite() const;
  [[nodiscard]] bool tls13() const { return is_tls13(session_.version); }
  [[nodiscard]] bool before13() const { return session_.version != kNoCode && !tls13(); }
  // TLS 1.3, between the Server Hello and the client's Finished.
  [[nodiscard]] bool in_hidden_handshake() const {
    return tls13() && session_.has_server_hello && !session_.established &&
           session_.client_finished == kNever;
  }
  [[nodiscard]] bool from_client() const { return from_ == session_.client_side; }

  Core &core_;
  Session &session_;
  Stream &stream_;
  Side from_;
  Stamp at_;
  Events events_ = 0;
  PieceSink *pieces_;
  std::uint32_t untold_ = 0; // bytes walked over since the last piece was told
  Piece known_;              // type, level, encrypted of what ended last, until it is told
};

} // namespace handspan::tls
