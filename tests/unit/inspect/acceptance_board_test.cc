// Who went on with which certificate.
#include "inspect/acceptance_board.h"

#include <gtest/gtest.h>

namespace handspan::test {
namespace {

using inspect::AcceptanceBoard;

base::Address address(std::uint8_t last) {
  const std::uint8_t four[4] = {10, 0, 0, last};
  return base::Address::v4(four);
}

AcceptanceBoard::Acceptance acceptance(std::uint8_t client, std::uint8_t server, std::uint16_t port,
                                       std::uint8_t certificate) {
  AcceptanceBoard::Acceptance what{address(client), address(server), port, {}};
  what.sha256[0] = certificate;
  return what;
}

TEST(AcceptanceBoard, KnowsWhoTookWhichCertificateOfWhom) {
  AcceptanceBoard board(7);
  EXPECT_FALSE(board.knows(acceptance(1, 2, 443, 3)));
  board.note(acceptance(1, 2, 443, 3));
  EXPECT_TRUE(board.knows(acceptance(1, 2, 443, 3)));
  EXPECT_FALSE(board.knows(acceptance(9, 2, 443, 3)));
  EXPECT_FALSE(board.knows(acceptance(1, 9, 443, 3)));
  EXPECT_FALSE(board.knows(acceptance(1, 2, 444, 3)));
  EXPECT_FALSE(board.knows(acceptance(1, 2, 443, 9)));
}

TEST(AcceptanceBoard, ManyFindRoom) {
  AcceptanceBoard board(7);
  for (std::uint8_t i = 0; i < 100; ++i)
    board.note(acceptance(i, 2, 443, 3));
  int known = 0;
  for (std::uint8_t i = 0; i < 100; ++i)
    known += board.knows(acceptance(i, 2, 443, 3));
  EXPECT_GE(known, 99);
}

} // namespace
} // namespace handspan::test
