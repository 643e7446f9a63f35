// The test vectors that the Community ID specification publishes for TCP with seed 0, and some by
// Wireshark's implementation of it.
#include "render/community_id.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>

namespace handspan::render {
namespace {

record::Record between(const char *client, std::uint16_t client_port, const char *server,
                       std::uint16_t server_port) {
  const auto address = [](const char *text) {
    std::uint8_t bytes[16];
    if (inet_pton(AF_INET, text, bytes) == 1)
      return record::Address::v4(bytes);
    EXPECT_EQ(inet_pton(AF_INET6, text, bytes), 1) << text;
    return record::Address::v6(bytes);
  };
  record::Record r;
  r.client = address(client);
  r.server = address(server);
  r.client_port = client_port;
  r.server_port = server_port;
  return r;
}

TEST(CommunityId, PublishedVectors) {
  EXPECT_EQ(community_id(between("128.232.110.120", 34855, "66.35.250.204", 80)).view(),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(between("66.35.250.204", 80, "128.232.110.120", 34855)).view(),
            "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}

TEST(CommunityId, AsWiresharkHasIt) {
  EXPECT_EQ(community_id(between("192.168.232.1", 45036, "192.168.232.129", 443)).view(),
            "1:GDCSS9mT2uU+Y3dx3h/SyFOH+mE=");
}

TEST(CommunityId, PortsDecideBetweenEqualAddresses) {
  const auto one = community_id(between("2001:db8::1", 1000, "2001:db8::1", 2000));
  const auto back = community_id(between("2001:db8::1", 2000, "2001:db8::1", 1000));
  const auto other = community_id(between("2001:db8::1", 1001, "2001:db8::1", 2000));
  EXPECT_EQ(one.view(), back.view());
  EXPECT_NE(one.view(), other.view());
}

} // namespace
} // namespace handspan::render
