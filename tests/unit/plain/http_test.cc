#include "words.h"

#include <gtest/gtest.h>

namespace handspan::plain {
namespace {

Http of_request(std::string_view text) {
  Http http;
  http.read(Side::client, bytes_of(text));
  return http;
}

TEST(Http, MethodAndHostOfARequest) {
  const Http http =
      of_request("GET / HTTP/1.1\r\nAccept: */*\r\nhOST: \tshop.example:8080\r\n\r\n");
  EXPECT_EQ(http.method.view(), "GET");
  EXPECT_EQ(http.host.view(), "shop.example:8080");
}

TEST(Http, TheTargetOfAConnect) {
  const Http http = of_request("CONNECT shop.example:443 HTTP/1.1\r\nHost: proxy.example\r\n\r\n");
  EXPECT_EQ(http.method.view(), "CONNECT");
  EXPECT_EQ(http.host.view(), "shop.example:443");
}

TEST(Http, AHostThatIsNotThereOrNotWhole) {
  EXPECT_EQ(of_request("GET / HTTP/1.0\r\n\r\nHost: body.example\r\n").host.view(), "");
  EXPECT_EQ(of_request("GET / HTTP/1.1\r\nHost: shop.exa").host.view(), "");
  EXPECT_EQ(of_request("GET / HTTP/1.1\r\nHost:").host.view(), "");
  EXPECT_EQ(of_request("GET / HTTP/1.1").host.view(), "");
  EXPECT_EQ(of_request("GET").method.view(), "GET");
  EXPECT_EQ(of_request("").method.view(), "");
}

TEST(Http, TheFirstRequestAndTheLastStatus) {
  Http http = of_request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  http.read(Side::client, bytes_of("POST / HTTP/1.1\r\nHost: b\r\n\r\n"));
  http.read(Side::server, bytes_of("HTTP/1.1 407 Who?\r\n"));
  http.read(Side::server, bytes_of("HTTP/1.1 200 OK\r\n"));
  http.read(Side::server, bytes_of("HTTP/1.1"));
  EXPECT_EQ(http.method.view(), "GET");
  EXPECT_EQ(http.status, 200);
}

TEST(Http, WhatIsTooLongIsCut) {
  const std::string name(200, 'x');
  EXPECT_EQ(of_request("GET / HTTP/1.1\r\nHost: " + name + "\r\n\r\n").host.view(),
            name.substr(0, 64));
  EXPECT_EQ(of_request("GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: a\r\n").host.view(),
            "");
}

} // namespace
} // namespace handspan::plain
