#include "record/codes.h"

#include <gtest/gtest.h>

namespace handspan::record {
namespace {

TEST(Codes, NamesAreThoseOfTheReference) {
  EXPECT_EQ(name(Phase::tls_handshake), "tls_handshake");
  EXPECT_EQ(name(Phase::teardown), "teardown");
  EXPECT_EQ(name(Outcome::unknown), "unknown");
  EXPECT_EQ(name(By::probe), "probe");
  EXPECT_EQ(name(Confidence::capture_loss), "capture_loss");
  EXPECT_EQ(name(Teardown::half_closed), "half_closed");
  EXPECT_EQ(name(Teardown::timeout), "timeout");
  EXPECT_EQ(name(Cause::no_server_hello), "no_server_hello");
  EXPECT_EQ(name(Step::server_hello_done), "server_hello_done");
  EXPECT_EQ(title(Step::server_hello_done), "Server Hello Done");
  EXPECT_EQ(help(Cause::refused), "the server answered the SYN with RST");
}

TEST(Codes, ConnStatesAreZeeks) {
  constexpr std::string_view kZeek[] = {"S0",   "S1",     "SF",    "REJ", "S2",  "S3", "RSTO",
                                        "RSTR", "RSTOS0", "RSTRH", "SH",  "SHR", "OTH"};
  for (std::size_t i = 0; i < std::size(kZeek); ++i)
    EXPECT_EQ(name(static_cast<ConnState>(i)), kZeek[i]);
  EXPECT_EQ(name(ConnState::rstos0), "RSTOS0");
  EXPECT_EQ(name(ConnState::oth), "OTH");
}

TEST(Codes, UnknownNumbersAreNotRead) {
  EXPECT_EQ(name(static_cast<Phase>(4)), "?");
  EXPECT_EQ(name(static_cast<ConnState>(255)), "?");
  EXPECT_EQ(name(static_cast<Cause>(kCauses)), "?");
  EXPECT_EQ(help(static_cast<Cause>(255)), "?");
  EXPECT_EQ(name(static_cast<Step>(255)), "?");
  EXPECT_EQ(title(static_cast<Step>(static_cast<int>(Step::rst) + 1)), "?");
}

} // namespace
} // namespace handspan::record
