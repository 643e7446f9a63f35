// Random streams, cut, swapped, repeated and lost at random, against what was sent.
#include "collector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using handspan::stream::Assembler;
using handspan::test::Direction;

struct Piece {
  std::size_t at, length, captured;
};

class Sender {
public:
  explicit Sender(std::uint32_t seed) : random_(seed), isn_(static_cast<std::uint32_t>(random_())) {
    if (random_() % 2 == 0)
      isn_ = 0u - random_() % 3000; // wraps on the way
    stream_.resize(1 + random_() % 20'000);
    for (char &c : stream_)
      c = static_cast<char>('a' + random_() % 26);
  }

  // The stream cut into segments, all of it.
  std::vector<Piece> cut() {
    const std::size_t most = random_() % 4 == 0 ? 9000 : 1 + random_() % 1500;
    std::vector<Piece> pieces;
    for (std::size_t at = 0; at < stream_.size();) {
      const std::size_t n = std::min<std::size_t>(stream_.size() - at, 1 + random_() % most);
      pieces.push_back({at, n, n});
      at += n;
    }
    return pieces;
  }

  // Any part, seen before or not.
  Piece any() {
    const std::size_t at = random_() % stream_.size();
    const std::size_t n = std::min<std::size_t>(stream_.size() - at, 1 + random_() % 3000);
    return {at, n, n};
  }

  // Segments move by up to `distance` places.
  void swap(std::vector<Piece> &pieces, std::size_t distance) {
    for (std::size_t i = 0; i < pieces.size(); ++i)
      std::swap(pieces[i], pieces[std::min(pieces.size() - 1, i + random_() % (distance + 1))]);
  }

  void send(Direction &to, const Piece &piece) {
    to.push(isn_ + static_cast<std::uint32_t>(piece.at),
            std::string_view(stream_).substr(piece.at, piece.captured), piece.length);
  }

  std::mt19937 random_;
  std::uint32_t isn_;
  std::string stream_;
};

constexpr std::uint32_t kRounds = 600;

// Enough room: out comes exactly what was sent, whatever happened on the way.
TEST(AssemblerModel, AllThatWasSentComesOut) {
  for (std::uint32_t seed = 0; seed < kRounds; ++seed) {
    Sender sender(seed);
    Assembler assembler(4096, 4096);
    Direction d{assembler};
    d.queue.start(sender.isn_);
    std::vector<Piece> pieces = sender.cut();
    sender.swap(pieces, seed % 20);
    for (const Piece &piece : pieces) {
      sender.send(d, piece);
      if (sender.random_() % 4 == 0)
        sender.send(d, sender.any());
    }
    ASSERT_EQ(d.out.text, sender.stream_) << seed;
    ASSERT_EQ(assembler.counters().conflicts, 0u) << seed;
    ASSERT_EQ(assembler.counters().pool_full, 0u) << seed;
    ASSERT_EQ(assembler.used(), 0u) << seed;
  }
}

// Little room, losses and cut segments: each byte comes out in its place or is said to be missing,
// the sums are right, and no buffer stays behind.
TEST(AssemblerModel, WhatDoesNotComeIsSaidToBeMissing) {
  std::uint64_t full = 0, missed = 0;
  for (std::uint32_t seed = 0; seed < kRounds; ++seed) {
    Sender sender(seed);
    Assembler assembler(1 + seed % 12, 1 + seed % 5);
    Direction d{assembler};
    d.queue.start(sender.isn_);
    std::vector<Piece> pieces = sender.cut();
    sender.swap(pieces, seed % 20);
    std::size_t furthest = 0;
    for (Piece &piece : pieces) {
      if (sender.random_() % 8 == 0)
        continue;
      if (sender.random_() % 16 == 0)
        piece.captured = sender.random_() % (piece.length + 1);
      sender.send(d, piece);
      furthest = std::max(furthest, piece.at + piece.length);
      ASSERT_LE(assembler.used(), 1 + seed % 5);
    }
    d.flush();
    ASSERT_EQ(assembler.used(), 0u) << seed;
    ASSERT_EQ(d.queue.waiting, 0u) << seed;
    ASSERT_EQ(d.out.text.size(), furthest) << seed;
    ASSERT_EQ(static_cast<std::uint64_t>(std::count(d.out.text.begin(), d.out.text.end(), '?')),
              d.out.missed);
    for (std::size_t i = 0; i < furthest; ++i)
      ASSERT_TRUE(d.out.text[i] == sender.stream_[i] || d.out.text[i] == '?') << seed << " " << i;
    full += assembler.counters().pool_full;
    missed += d.out.missed;
    ASSERT_EQ(assembler.counters().conflicts, 0u) << seed;
  }
  EXPECT_GT(full, 100u);
  EXPECT_GT(missed, 1000u);
}

// Somebody sends other bytes for the same place: for each place the first that came is delivered.
TEST(AssemblerModel, TheFirstBytesForAPlaceWin) {
  std::uint64_t conflicts = 0;
  for (std::uint32_t seed = 0; seed < kRounds; ++seed) {
    Sender sender(seed);
    Assembler assembler(4096, 4096);
    Direction d{assembler};
    d.queue.start(sender.isn_);
    std::string expected(sender.stream_.size(), '\0');
    std::vector<Piece> pieces = sender.cut();
    sender.swap(pieces, 5);
    for (const Piece &piece : pieces) {
      for (std::size_t i = piece.at; i < piece.at + piece.length; ++i)
        if (expected[i] == '\0')
          expected[i] = sender.stream_[i];
      sender.send(d, piece);
      const Piece forged = sender.any();
      std::string bytes(forged.length, static_cast<char>('A' + seed % 26));
      for (std::size_t i = 0; i < forged.length; ++i)
        if (expected[forged.at + i] == '\0')
          expected[forged.at + i] = bytes[i];
      d.push(sender.isn_ + static_cast<std::uint32_t>(forged.at), bytes);
    }
    ASSERT_EQ(d.out.text, expected) << seed;
    conflicts += assembler.counters().conflicts;
  }
  EXPECT_GT(conflicts, 100u);
}

// Several directions share one pool.
TEST(AssemblerModel, DirectionsDoNotMix) {
  Assembler assembler(4096, 1024);
  std::vector<Sender> senders;
  std::vector<Direction> directions;
  std::vector<std::vector<Piece>> pieces;
  for (std::uint32_t i = 0; i < 16; ++i) {
    senders.emplace_back(i + 1000);
    directions.push_back(Direction{assembler});
    directions.back().queue.start(senders.back().isn_);
    pieces.push_back(senders.back().cut());
    senders.back().swap(pieces.back(), 8);
  }
  for (std::size_t k = 0, left = 1; left > 0; ++k) {
    left = 0;
    for (std::size_t i = 0; i < senders.size(); ++i)
      if (k < pieces[i].size()) {
        senders[i].send(directions[i], pieces[i][k]);
        ++left;
      }
  }
  for (std::size_t i = 0; i < senders.size(); ++i)
    EXPECT_EQ(directions[i].out.text, senders[i].stream_);
  EXPECT_EQ(assembler.used(), 0u);
}

} // namespace
