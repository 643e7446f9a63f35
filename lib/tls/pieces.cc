// Telling what the bytes are: one piece for each message, or record nobody can read, that a run
// over the bytes of one call touches.

#include "tls/walk.h"

namespace handspan::tls {

void Walk::tell(Piece piece) {
  piece.bytes = untold_;
  if (piece.complete) {
    piece.type = known_.type;
    piece.level = known_.level;
    piece.encrypted |= known_.encrypted;
  }
  untold_ = 0;
  known_ = {};
  if (pieces_)
    pieces_->piece(piece);
}

// After bytes of a handshake message's body, or its header where it has none.
void Walk::tell_message() {
  Piece piece;
  piece.content = static_cast<std::uint8_t>(Content::handshake);
  piece.type = stream_.message_head[0];
  piece.left = stream_.message_left;
  piece.complete = !stream_.message_open;
  tell(piece);
}

// After bytes of a record that is read as a whole (an alert) or not at all.
void Walk::tell_record(std::uint8_t content) {
  Piece piece;
  piece.content = content;
  piece.left = stream_.record_left;
  piece.complete = stream_.record_left == 0;
  const auto type = static_cast<Content>(content);
  if (type == Content::application_data)
    piece.type =
        in_hidden_handshake() ? hidden_type::handshake : hidden_type::data; // until it is complete
  piece.encrypted = type == Content::application_data ||
                    (type == Content::handshake && stream_.record_length > 0 &&
                     (!piece.complete || known_.type == 0xff));
  tell(piece);
}

// The bytes ended inside a header.
void Walk::tell_rest() {
  if (untold_ == 0)
    return;
  Piece piece;
  if (stream_.header_have == 0 && !stream_.ended && !stream_.lost) {
    piece.content = stream_.record_type;
    piece.left = stream_.record_left;
    if (stream_.message_head_have > 0 || stream_.message_open)
      piece.type = stream_.message_head[0];
    if (stream_.message_open)
      piece.left = stream_.message_left;
  }
  tell(piece);
}

void Walk::tell_missing(std::uint32_t bytes, std::uint32_t left) {
  Piece piece;
  piece.content = stream_.record_type;
  piece.missing = true;
  piece.left = left;
  if (stream_.message_open)
    piece.type = stream_.message_head[0];
  piece.complete = left == 0;
  untold_ = bytes;
  tell(piece);
}

} // namespace handspan::tls
