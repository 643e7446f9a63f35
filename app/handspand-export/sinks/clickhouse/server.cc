#include "sinks/clickhouse/server.h"

#include "base/text_file.h"

#include <httplib.h>

#include <algorithm>
#include <chrono>

namespace handspan::exporter::clickhouse {
namespace {

constexpr std::size_t kMostPassword = 4096;
constexpr std::size_t kPiece = std::size_t{1} << 20; // sent at once

std::string first_line(const std::string &text) {
  return text.substr(0, text.find('\n'));
}

} // namespace

Server::Server(Settings settings) : settings_(std::move(settings)) {}
Server::~Server() = default;

// The password is read again with each connection: it may have been changed. A connection carries
// one request: on a kept one the second large insert into 18.16 was seen to go without an answer.
bool Server::connect(std::string &why) {
  auto client = std::make_unique<httplib::Client>(settings_.url);
  if (!client->is_valid()) {
    why = settings_.url + ": no such address, or " + settings_.ca + " has no certificates";
    return false;
  }
  client->set_connection_timeout(std::chrono::nanoseconds(settings_.connect_timeout));
  client->set_read_timeout(std::chrono::nanoseconds(settings_.timeout));
  client->set_write_timeout(std::chrono::nanoseconds(settings_.timeout));
  client->set_compress(settings_.gzip);
  if (!settings_.ca.empty())
    client->set_ca_cert_path(settings_.ca);
  std::string password;
  if (!settings_.password_file.empty()) {
    std::string fault;
    const auto text = base::read_text_file(settings_.password_file, kMostPassword, fault);
    if (!text) {
      why = settings_.password_file + ": " + fault;
      return false;
    }
    password = first_line(*text);
  }
  if (!settings_.user.empty())
    client->set_basic_auth(settings_.user, password);
  client_ = std::move(client);
  return true;
}

bool Server::post(const std::string &path, std::string_view body, std::string &answer,
                  std::string &why) {
  if (client_ == nullptr && !connect(why))
    return false;
  const auto result = client_->Post(
      path, body.size(),
      [body](std::size_t at, std::size_t left, httplib::DataSink &sink) {
        return sink.write(body.data() + at, std::min(left, kPiece));
      },
      "application/octet-stream");
  if (!result) {
    why = settings_.url + ": " + httplib::to_string(result.error());
    client_ = nullptr;
    return false;
  }
  if (result->status != 200) {
    why = "status " + std::to_string(result->status) + ": " + first_line(result->body);
    client_ = nullptr;
    return false;
  }
  answer = result->body;
  return true;
}

bool Server::ask(const std::string &query, std::string &answer, std::string &why) {
  return post("/", query, answer, why);
}

bool Server::insert(const std::string &query, std::string_view rows, const std::string &token,
                    std::string &why) {
  httplib::Params params{{"query", query}};
  if (!token.empty())
    params.emplace("insert_deduplication_token", token);
  std::string answer;
  return post(httplib::append_query_params("/", params), rows, answer, why);
}

} // namespace handspan::exporter::clickhouse
