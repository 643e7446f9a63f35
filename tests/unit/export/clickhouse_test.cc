// What the ClickHouse sink sends, byte by byte, and how it behaves towards a server that fails.
#include "sink.h"
#include "sinks/clickhouse/row_binary.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace handspan::exporter {
extern const SinkKind kSink_clickhouse;
}

namespace handspan::exporter::clickhouse {
namespace {

using namespace std::string_literals;

std::string bytes_of(const char *type, const std::vector<render::FieldValue> &values) {
  std::string out, room;
  Cell cell(out, room);
  cell.begin(*shape_of(type));
  for (const render::FieldValue &value : values)
    if (cell.holds(value))
      break;
  cell.end();
  return out;
}
render::FieldValue number(std::uint64_t n) {
  return {n, {}, nullptr};
}
render::FieldValue text(std::string_view t) {
  return {0, t, nullptr};
}

TEST(RowBinary, ValuesLieAsTheTypeWantsThem) {
  EXPECT_EQ(bytes_of("String", {text("abc")}), "\3abc"s);
  EXPECT_EQ(bytes_of("LowCardinality(String)", {text("")}), "\0"s);
  EXPECT_EQ(bytes_of("String", {text(std::string(200, 'x'))}).substr(0, 2), "\xc8\1"s);
  EXPECT_EQ(bytes_of("UInt16", {number(0x1234)}), "\x34\x12"s);
  EXPECT_EQ(bytes_of("UInt8", {number(300)}), "\xff"s); // the most that it can hold
  EXPECT_EQ(bytes_of("Decimal(18, 6)", {number(1'500'000'999)}), "\x60\xe3\x16\0\0\0\0\0"s);
  EXPECT_EQ(bytes_of("Decimal(9, 3)", {number(1'500'000'999)}), "\xdc\5\0\0"s);
  EXPECT_EQ(bytes_of("DateTime('UTC')", {number(2'999'999'999)}), "\2\0\0\0"s);
  EXPECT_EQ(bytes_of("DateTime64(9, 'UTC')", {number(5)}), "\5\0\0\0\0\0\0\0"s);
  EXPECT_EQ(bytes_of("Date", {number(86'400'000'000'000)}), "\1\0"s);
  EXPECT_EQ(bytes_of("DateTime", {number(static_cast<std::uint64_t>(-7))}), "\0\0\0\0"s);
}

TEST(RowBinary, WhatIsNotKnown) {
  EXPECT_EQ(bytes_of("String", {}), "\0"s);
  EXPECT_EQ(bytes_of("UInt32", {}), "\0\0\0\0"s);
  EXPECT_EQ(bytes_of("Nullable(Decimal(18, 6))", {}), "\1"s);
  EXPECT_EQ(bytes_of("Nullable(UInt8)", {number(0)}), "\0\0"s);
  EXPECT_EQ(bytes_of("IPv6", {}), std::string(16, '\0'));
}

TEST(RowBinary, ArraysHaveAllTheValuesOthersTheFirst) {
  EXPECT_EQ(bytes_of("Array(String)", {text("a"), text("bc")}), "\2\1a\2bc"s);
  EXPECT_EQ(bytes_of("Array(UInt8)", {}), "\0"s);
  EXPECT_EQ(bytes_of("UInt8", {number(1), number(2)}), "\1"s);
}

TEST(RowBinary, AddressesAsClickHouseHasThem) {
  const std::uint8_t four[] = {192, 0, 2, 1};
  const base::Address v4 = base::Address::v4(four);
  EXPECT_EQ(bytes_of("FixedString(16)", {{0, {}, &v4}}),
            std::string(10, '\0') + "\xff\xff\xc0\0\2\1"s);
}

TEST(RowBinary, OtherTypesAreRefused) {
  for (const char *type :
       {"Float64", "Map(String, String)", "Decimal(38, 9)", "DateTime64(12)", ""})
    EXPECT_FALSE(shape_of(type)) << type;
  EXPECT_FALSE(fits("String", "UInt8"));
  EXPECT_FALSE(fits("String", "Array(String)"));
  EXPECT_TRUE(fits("DateTime('UTC')", "DateTime64(3)"));
  EXPECT_TRUE(fits("UInt32", "UInt8"));
}

// Every column of both files is one that is written.
TEST(Columns, TheirTypesAreWritten) {
  const auto check = [](const auto &columns) {
    std::set<std::string> names;
    for (const auto &column : columns) {
      EXPECT_TRUE(names.insert(column.name).second) << column.name;
      for (const std::string &type :
           {column.types.base, column.types.modern.substr(0, column.types.modern.find(" CODEC"))})
        EXPECT_TRUE(type.empty() || fits(column.types.either(), type)) << column.name;
    }
  };
  check(connection_columns());
  check(certificate_columns());
  check(minute_columns());
}

// Answers as ClickHouse does, with tables as modern.sql has them.
class Stand {
public:
  Stand() {
    server_.Post("/", [this](const httplib::Request &request, httplib::Response &response) {
      const std::lock_guard hold(mutex_);
      users.insert(request.get_header_value("Authorization"));
      if (!request.has_param("query"))
        return answer(request.body, response);
      if (refuse > 0) {
        --refuse;
        response.status = 500;
        response.set_content("Code: 252, e.displayText() = DB::Exception: Too many parts\nmore",
                             "text/plain");
        return;
      }
      inserts.emplace_back(request.get_param_value("query"),
                           request.get_param_value("insert_deduplication_token"));
      bodies.push_back(request.body);
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
  }
  ~Stand() {
    server_.stop();
    thread_.join();
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  int refuse = 0;
  bool tokens = true;
  std::vector<std::pair<std::string, std::string>> inserts;
  std::vector<std::string> bodies;
  std::set<std::string> users;

private:
  template <class Of> static std::string told(const Columns<Of> &columns) {
    std::string out;
    for (const Column<Of> &column : columns)
      if (const std::string &type = column.types.modern; !type.empty())
        out += column.name + '\t' + type.substr(0, type.find(" CODEC")) + '\n';
    return out;
  }
  void answer(const std::string &query, httplib::Response &response) const {
    std::string text;
    if (query.find("system.settings") != std::string::npos)
      text = tokens ? "1\n" : "0\n";
    else if (query.find("table = 'connections'") != std::string::npos)
      text = told(connection_columns());
    else if (query.find("table = 'certificates'") != std::string::npos)
      text = told(certificate_columns());
    else
      text = told(minute_columns());
    response.set_content(text, "text/plain");
  }

  std::mutex mutex_;
  httplib::Server server_;
  int port_ = 0;
  std::thread thread_;
};

class StandKeys final : public Keys {
public:
  explicit StandKeys(std::map<std::string, std::string> texts) : texts_(std::move(texts)) {}
  std::string text(std::string_view name, std::string_view otherwise) override {
    const auto found = texts_.find(std::string(name));
    return found == texts_.end() ? std::string(otherwise) : found->second;
  }
  std::string needed(std::string_view name) override { return text(name, ""); }
  std::uint64_t number(std::string_view, std::uint64_t, std::uint64_t,
                       std::uint64_t otherwise) override {
    return otherwise;
  }
  std::uint64_t bytes(std::string_view, std::uint64_t otherwise) override { return otherwise; }
  base::Nanos duration(std::string_view, base::Nanos otherwise) override { return otherwise; }
  std::string one_of(std::string_view name, const std::vector<std::string> &words) override {
    return text(name, words.front());
  }
  void refuse(std::string_view name, std::string_view) override { refused.emplace_back(name); }
  std::vector<std::string> refused;

private:
  std::map<std::string, std::string> texts_;
};

class ClickHouseSink : public ::testing::Test {
protected:
  void make(std::map<std::string, std::string> texts = {}) {
    texts.emplace("url", stand_.url());
    StandKeys keys(std::move(texts));
    sink_ = kSink_clickhouse.make(keys);
    ASSERT_TRUE(keys.refused.empty());
    std::string why;
    ASSERT_TRUE(sink_->open("", why)) << why;
  }
  bool batch(std::string &why) {
    record_.tls.present = true;
    record_.first = record_.last = base::kSecond;
    record_.tls.certificate.server.chain_length = 1;
    record_.tls.certificate.server.known = true;
    record_.tls.certificate.server.sha256[0] = 7;
    sink_->begin({1, 2, false});
    for (std::uint64_t number = 40; number < 43; ++number)
      sink_->add(Row{record_, origin_, number, 1});
    std::string memo;
    return sink_->commit(memo, why);
  }

  Stand stand_;
  formats::Origin origin_{"tap", "default", 0x1234, 0};
  record::Record record_;
  std::unique_ptr<Sink> sink_;
};

TEST_F(ClickHouseSink, ABatchSentAgainHasTheSameTokensAndBytes) {
  make();
  std::string why;
  ASSERT_TRUE(batch(why)) << why;
  ASSERT_TRUE(batch(why)) << why;
  ASSERT_EQ(stand_.inserts.size(), 4U); // a certificate and three records, twice
  EXPECT_EQ(stand_.inserts[0], stand_.inserts[2]);
  EXPECT_EQ(stand_.inserts[1], stand_.inserts[3]);
  EXPECT_EQ(stand_.bodies[1], stand_.bodies[3]);
  EXPECT_EQ(stand_.inserts[0].second, "0000000000001234:0:40-42:1");
  EXPECT_EQ(stand_.inserts[1].second, "0000000000001234:0:40-42:3");
  EXPECT_NE(stand_.inserts[1].first.find("INSERT INTO handspan.connections (start,worker,rate,"),
            std::string::npos);
}

TEST_F(ClickHouseSink, AServerThatKnowsNoTokensGetsNone) {
  stand_.tokens = false;
  make();
  std::string why;
  ASSERT_TRUE(batch(why)) << why;
  EXPECT_EQ(stand_.inserts[1].second, "");
}

TEST_F(ClickHouseSink, ARefusalIsToldInALineAndTheNextTryGoesOn) {
  make();
  stand_.refuse = 1;
  std::string why;
  EXPECT_FALSE(batch(why));
  EXPECT_EQ(why, "status 500: Code: 252, e.displayText() = DB::Exception: Too many parts");
  EXPECT_TRUE(batch(why));
}

TEST_F(ClickHouseSink, GoesByNameAndCompressed) {
  make({{"user", "probe"}, {"compress", "gzip"}});
  std::string why;
  ASSERT_TRUE(batch(why)) << why;
  EXPECT_TRUE(stand_.users.contains("Basic cHJvYmU6")); // probe, without a password
  ASSERT_EQ(stand_.bodies.size(), 2U);
  EXPECT_EQ(stand_.bodies[1].substr(0, 8),
            "\x34\x12\0\0\0\0\0\0"s); // unpacked by the server: start
}

TEST(ClickHouseKeys, NoNameThatWouldBeMoreThanAName) {
  StandKeys keys({{"database", "a'; DROP"}, {"url", "ftp://x"}});
  (void)kSink_clickhouse.make(keys);
  EXPECT_EQ(keys.refused, (std::vector<std::string>{"url", "database"}));
}

} // namespace
} // namespace handspan::exporter::clickhouse
