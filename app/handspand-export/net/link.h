// A way to a receiver of messages. A stream lasts for one batch: both sides close behind it, by
// which the receiver shows that it has read all of it. (TCP tells only that its machine has it;
// what a process that is killed had not read is lost.)
#pragma once

#include "net/receiver.h"

#include <memory>
#include <string>
#include <string_view>

namespace handspan::exporter::net {

class Link {
public:
  virtual ~Link() = default;
  // False: `why` says it, and the link is of no more use.
  virtual bool send(std::string_view message, std::string &why) = 0;
  // Behind the last message of a batch: waits for the receiver, as far as it tells anything.
  virtual bool finish(std::string &why) = 0;
};

// Null: `why` says it.
std::unique_ptr<Link> connect(const Receiver &receiver, std::string &why);

} // namespace handspan::exporter::net
