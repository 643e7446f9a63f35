// Retries: a failed connection and the next one of the same client to the same server, and with the
// same server name where both gave one, begun within a window after the failure. What was begun
// before the failure is a parallel try (browsers open several at once), not a retry.
#pragma once

#include "record/record.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace handspan::record {

inline constexpr Nanos kRetryWindow = 30 * base::kSecond;

// Takes connections in the order of their first packets, of all workers, and tells their links once
// all have come. Memory: about 100 bytes a connection.
class RetryLinker {
public:
  explicit RetryLinker(Nanos window = kRetryWindow) : window_(window) {}

  // Records of kind handshake are passed over. Returns the record's number for link().
  std::size_t add(const Record &record);
  // Links all that was added.
  void finish();
  // What finish() found of one record.
  [[nodiscard]] const Retry &link(std::size_t number) const { return tries_[number].retry; }

  void clear();

private:
  struct Try {
    std::uint64_t flow_id = 0;
    Nanos begun = kNever;
    Nanos failed = kNever; // kNever = it did not
    bool succeeded = false;
    std::string name; // server name, empty if it gave none
    Retry retry;
  };

  void link(const std::vector<std::size_t> &tries);
  void recover(const std::vector<std::size_t> &tries);

  Nanos window_;
  std::vector<Try> tries_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_pair_; // client and server → tries
};

// The moment a failed connection failed: its alert, its first FIN or RST, or its last packet.
Nanos failed_at(const Record &record);

} // namespace handspan::record
