#include "backlog.h"

#include <gtest/gtest.h>

#include <string>

namespace handspan::app {
namespace {

record::Record numbered(std::uint64_t number) {
  record::Record r{};
  r.flow_id = number;
  r.tls.present = true;
  r.tls.sni = r.put(std::string(number % 1800, 'x') + std::to_string(number));
  return r;
}

void expect_next(Backlog &backlog, std::uint64_t number) {
  ASSERT_FALSE(backlog.empty());
  const record::Record &r = backlog.take();
  EXPECT_EQ(r.flow_id, number);
  EXPECT_TRUE(r.view(r.tls.sni).ends_with(std::to_string(number)));
}

TEST(Backlog, FirstInFirstOut) {
  Backlog backlog;
  EXPECT_TRUE(backlog.empty());
  std::uint64_t in = 0, out = 0;
  for (int round = 0; round < 3; ++round) { // blocks of memory are used again
    for (int i = 0; i < 2'000; ++i)
      backlog.add(numbered(in++));
    for (int i = 0; i < 1'500; ++i)
      expect_next(backlog, out++);
  }
  while (out < in)
    expect_next(backlog, out++);
  EXPECT_TRUE(backlog.empty());
}

TEST(Backlog, HasABound) {
  Backlog backlog(2);
  std::uint64_t in = 0;
  while (backlog.has_room())
    backlog.add(numbered(in++));
  EXPECT_GT(in, 1'024);
  EXPECT_LT(in, 4'096);
  for (std::uint64_t out = 0; out < in; ++out)
    expect_next(backlog, out);
  EXPECT_TRUE(backlog.empty());
  EXPECT_TRUE(backlog.has_room());
}

} // namespace
} // namespace handspan::app
