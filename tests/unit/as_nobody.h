// Root may do what others may not: acts as nobody, where it is root, until the object goes.
#pragma once

#include <gtest/gtest.h>

#include <unistd.h>

namespace handspan::test {

class AsNobody {
public:
  AsNobody() : before_(geteuid()) { EXPECT_EQ(before_ == 0 ? seteuid(65'534) : 0, 0); }
  ~AsNobody() { EXPECT_EQ(seteuid(before_), 0); }
  AsNobody(const AsNobody &) = delete;
  AsNobody &operator=(const AsNobody &) = delete;

private:
  uid_t before_;
};

} // namespace handspan::test
