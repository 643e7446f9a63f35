// One packet of a connection in words. Knows the whole conversation and the connection's record; is
// asked for the packets in order, because it says some things only the first time.
#pragma once

#include "record/record.h"
#include "render/conversation.h"
#include "render/phrases.h"

#include <string>
#include <vector>

namespace handspan::render {

class Narrator {
public:
  Narrator(const record::Record &record, const std::vector<Packet> &packets, Language language);

  // "Server Hello, Certificate, Server Hello Done"; "ACK"; "FIN, ACK".
  [[nodiscard]] std::string label(const Packet &packet) const;

  // What it is, what it is for, what it answers, how the phase stands. One paragraph an element.
  [[nodiscard]] std::vector<std::string> story(std::size_t place);

  // How a packet is called: its number, or its place in the connection where it has none.
  [[nodiscard]] std::string name(std::size_t place) const;

private:
  using Fillings = std::initializer_list<Filling>;
  void say(Phrase id, Fillings fillings = {});
  void say(const std::string &sentence);
  void paragraph();

  // narrate_icmp.cc
  [[nodiscard]] record::Icmp icmp_of(const Packet &p) const;
  void icmp(const Packet &p);

  // narrate_tcp.cc
  void trouble(const Packet &p);
  void retransmission(const Packet &p);
  void syn(const Packet &p);
  void established(const Packet &p);
  void pure_ack(std::size_t place);
  void acknowledged(const Packet &p, bool alone, std::size_t place);
  void fin(std::size_t place);
  void rst(const Packet &p);
  void decoy(const Packet &p);
  void decoy_hop(const Packet &p);
  void told_of(Phrase id, const Packet &p);
  [[nodiscard]] Phrase unheeded_phrase(const Packet &p) const;
  [[nodiscard]] Phrase rst_phrase(const Packet &p) const;
  void payload(const Packet &p);
  [[nodiscard]] std::string acked_list(const Packet &p) const;
  void acked_items(std::size_t place, std::vector<std::string> &items) const;
  [[nodiscard]] std::string piece_item(const Piece &piece, const std::string &n) const;

  // narrate_tls.cc
  void tls(const Packet &p);
  void piece(const Packet &p, const Piece &piece);
  void split(const Piece &piece);
  void message(const Packet &p, const Piece &piece);
  void certificate(const Packet &p);
  void data(const Packet &p, const Piece &piece);
  void short_record(base::Side from);
  void alert(const Packet &p, const Piece &piece);
  [[nodiscard]] std::string piece_label(const Piece &piece) const;
  [[nodiscard]] bool tls13() const;

  [[nodiscard]] std::string text(Phrase id, Fillings fillings = {}) const {
    return fill(id, l_, fillings);
  }
  [[nodiscard]] std::string side(base::Side side) const;
  [[nodiscard]] std::string joined(const std::vector<std::string> &items) const;
  [[nodiscard]] std::string content(const Packet &p) const;
  [[nodiscard]] std::string marks(const Packet &p) const;
  [[nodiscard]] bool before_tls(const Packet &p) const;
  [[nodiscard]] std::string since(std::size_t place, const Packet &p) const;

  const record::Record &r_;
  const std::vector<Packet> &packets_;
  Language l_;
  std::vector<std::string> out_;
  // What was met so far.
  base::Both<std::size_t> syn_{kNoPacket, kNoPacket}, fin_{kNoPacket, kNoPacket};
  std::size_t established_ = kNoPacket;
  bool pure_ack_told_ = false, handshake_done_told_ = false, data_told_ = false;
  bool decoy_hop_told_ = false;
  bool early_told_ = false, plain_told_ = false, alert_told_ = false, closed_told_ = false;
  base::Both<bool> hidden_told_;
};

} // namespace handspan::render
