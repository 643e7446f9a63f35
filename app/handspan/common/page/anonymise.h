// Addresses and names replaced, each always by the same, so that what belongs together still does:
// addresses of one network stay in one, and names of one domain in one.
#pragma once

#include "record/record.h"

#include <map>
#include <string>
#include <string_view>

namespace handspan::app {

class Anonymiser {
public:
  // Endpoints, who sent ICMP, server name, HTTP host, and all names in certificates; digests of
  // certificates and free texts go.
  void apply(record::Record &record);

private:
  base::Address address(const base::Address &of);
  std::string label(std::string_view of);
  std::string name(std::string_view of);
  void certificate(record::Certificate &of, const std::string &subject, const std::string &issuer,
                   const std::string &san, record::Record &into);

  std::map<std::string, std::map<std::string, std::size_t>> networks_; // hosts of each
  std::map<std::string, std::string, std::less<>> labels_;
};

} // namespace handspan::app
