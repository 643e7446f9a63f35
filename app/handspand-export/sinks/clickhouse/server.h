// A ClickHouse server over HTTP.
#pragma once

#include "base/time.h"

#include <memory>
#include <string>
#include <string_view>

namespace httplib {
class Client;
}

namespace handspan::exporter::clickhouse {

class Server {
public:
  struct Settings {
    std::string url; // "https://host:8443"
    std::string user, password_file;
    std::string ca; // certificates that a server's may be issued by; empty: the system's
    base::Nanos connect_timeout = 0, timeout = 0;
    bool gzip = false;
  };
  explicit Server(Settings settings);
  ~Server();
  Server(const Server &) = delete;
  Server &operator=(const Server &) = delete;

  // Both: false if it did not work, and why. An insert that failed may have arrived all the same.
  bool ask(const std::string &query, std::string &answer, std::string &why);
  // `token`: of two inserts with the same one, one counts, where the table keeps tokens; empty:
  // none.
  bool insert(const std::string &query, std::string_view rows, const std::string &token,
              std::string &why);

private:
  bool connect(std::string &why);
  bool post(const std::string &path, std::string_view body, std::string &answer, std::string &why);

  Settings settings_;
  std::unique_ptr<httplib::Client> client_;
};

} // namespace handspan::exporter::clickhouse
