// What two sides say to each other in plain: which protocol it is, whether one of them wants to go
// on in TLS or to be connected further, and what the answer is. Knows no single protocol: its words
// stand in protocols.def.
#pragma once

#include "base/fixed.h"
#include "plain/http.h"
#include "plain/patterns.h"

#include <cstddef>
#include <cstdint>

namespace handspan::plain {

inline constexpr std::uint32_t kNoNumber = 0xffff'ffff;

enum class Wish : std::uint8_t { none, tls, tunnel };
enum class Answer : std::uint8_t { none, granted, refused };

// Why a wish was refused, as its protocol says it.
struct Refusal {
  std::uint32_t number = kNoNumber;
  base::FixedText<8> word;  // where the protocol has no number: "NO", "-ERR"
  base::FixedText<64> line; // of a protocol of lines
};

class Talk {
public:
  // The next words of one side: what it says at once, in order. How many bytes of them are a header
  // or a request, behind which TLS may begin; 0 if they are neither.
  std::size_t hear(const Patterns &patterns, Scratch &scratch, Side from, Bytes words);

  // The last words began TLS in packets of their protocol.
  [[nodiscard]] bool frames_tls() const { return frames_tls_; }
  // The next words of this side begin a conversation: it has said nothing yet, or a header.
  [[nodiscard]] bool begins(Side side) const { return !opened_[side]; }
  // Has this side said anything of its own, headers for others aside?
  [[nodiscard]] bool spoke(Side side) const { return spoke_[side]; }

  [[nodiscard]] Protocol protocol() const { return first_; } // that was recognised first
  [[nodiscard]] Protocol inside() const { return inside_; }  // the last one, if another began in it
  [[nodiscard]] Wish wish() const { return wish_; }
  [[nodiscard]] Answer answer() const { return answer_; }
  [[nodiscard]] Side asker() const { return asker_; }
  [[nodiscard]] bool went_on() const { return went_on_; } // in plain, after it was refused
  [[nodiscard]] const Refusal &refusal() const { return refusal_; }
  [[nodiscard]] const Http &http() const { return http_; }

  // For roles that turn out to be the other way round.
  void swap_roles();

private:
  [[nodiscard]] bool is_awaited(Side from) const;
  [[nodiscard]] bool may_ask(Side from) const;
  void understand(const Match &match, Side from, Bytes words);
  void enter(Protocol protocol);
  void begin_anew();
  void refuse(Says says, Bytes matched, Bytes words);

  Protocol first_ = kNoProtocol, inside_ = kNoProtocol;
  Protocol now_ = kNoProtocol; // that the next words belong to
  Wish wish_ = Wish::none;
  Answer answer_ = Answer::none;
  Side asker_ = Side::client;
  bool went_on_ = false;
  bool frames_tls_ = false;
  base::Both<bool> opened_{}; // the first words were heard
  base::Both<bool> spoke_{};
  Refusal refusal_;
  Http http_;
};

} // namespace handspan::plain
