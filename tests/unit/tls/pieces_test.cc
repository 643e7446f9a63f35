// Telling what the bytes are: the same session as without, and every byte told once.
#include "conversations.h"

#include <gtest/gtest.h>

namespace handspan::tls {
namespace {

using namespace test;

struct Pieces final : PieceSink {
  void piece(const Piece &p) override {
    bytes += p.bytes;
    ended += p.complete;
    all.push_back(p);
  }
  std::uint64_t bytes = 0;
  std::size_t ended = 0;
  std::vector<Piece> all;
};

std::string examined(const Conversation &talk, std::size_t cut, Pieces &pieces) {
  Player p;
  std::uint64_t fed = 0;
  for (const Step &step : talk)
    for (std::size_t at = 0; at < step.bytes.size(); at += cut) {
      const std::size_t n = std::min(cut, step.bytes.size() - at);
      (void)p.tracker.examine(p.session, step.from, {step.bytes.data() + at, n}, {1000, 1}, pieces);
      fed += n;
    }
  EXPECT_EQ(pieces.bytes, fed) << "cut at " << cut;
  return p.facts();
}

TEST(Pieces, ChangeNothingAndMissNothingHoweverTheBytesAreCut) {
  for (const Conversation &talk : {tls12(), tls13()}) {
    Player plain;
    plain.play(talk);
    Pieces whole;
    EXPECT_EQ(examined(talk, SIZE_MAX / 2, whole), plain.facts());
    for (std::size_t cut = 1; cut < 40; ++cut) {
      Pieces cuts;
      EXPECT_EQ(examined(talk, cut, cuts), plain.facts());
      EXPECT_EQ(cuts.ended, whole.ended) << "cut at " << cut;
    }
  }
}

TEST(Pieces, MissingBytesOfAMessageAreToldAsMissing) {
  Player p;
  Pieces pieces;
  const Octets hello = record(22, client_hello({}));
  (void)p.tracker.examine(p.session, C, {hello.data(), 20}, {1000, 1}, pieces);
  (void)p.tracker.gap(p.session, C, hello.size() - 20, {1000, 1}, &pieces);
  ASSERT_EQ(pieces.all.size(), 2u);
  EXPECT_EQ(pieces.all[0].left, hello.size() - 20);
  EXPECT_TRUE(pieces.all[1].missing);
  EXPECT_TRUE(pieces.all[1].complete);
  EXPECT_EQ(pieces.all[1].type, 1);
}

TEST(Pieces, SayWhatTheyAre) {
  Player p;
  Pieces pieces;
  const Octets bytes = record(22, client_hello({})) + alert(2, 46);
  (void)p.tracker.examine(p.session, C, {bytes.data(), bytes.size()}, {1000, 1}, pieces);
  ASSERT_EQ(pieces.all.size(), 2u);
  EXPECT_EQ(pieces.all[0].content, 22);
  EXPECT_EQ(pieces.all[0].type, 1);
  EXPECT_EQ(pieces.all[1].content, 21);
  EXPECT_EQ(pieces.all[1].type, 46);
  EXPECT_EQ(pieces.all[1].level, 2);
}

} // namespace
} // namespace handspan::tls
