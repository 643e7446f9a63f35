// A folder in which waits what sinks could not deliver so far, and which remembers how far the
// rings were read: both in one write, so that a reader that is killed at any moment goes on where
// it stood, and loses and doubles nothing.
//
//   N.open           the file that is being filled
//   N-ENTRIES.batch  a full one, the unit of delivery
//   SINK.state       how far a sink is (state.h)
//   lock             held by the one process that works here
//
// N counts up for ever. One thread fills it, others look for files and give them back.
#pragma once

#include "spool/file.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace handspan::spool {

struct Batch { // a full file
  std::uint64_t number = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  base::Nanos sealed = 0; // since the epoch
  std::string path;
};

// What waits, that which is not in a full file included.
struct Waiting {
  std::uint64_t entries = 0, bytes = 0;
  base::Nanos oldest = base::kNever; // when the oldest was sealed
};

class Spool {
public:
  Spool() = default;
  ~Spool();
  Spool(const Spool &) = delete;
  Spool &operator=(const Spool &) = delete;

  // Makes the folder if need be, and takes up what an earlier process left. False: `why` says it.
  bool open(const std::string &folder, std::string &why);

  // Whose rings were read last, and how far. Nothing: none ever were.
  [[nodiscard]] const std::optional<Beginning> &last() const { return filling_; }

  // The filling thread's part. A file for entries of this source; the one before is sealed.
  bool begin(const Source &source, const std::vector<Place> &places, std::string &why);
  // Memory takes it; flush() makes it last. False while too much waits for a full disk.
  [[nodiscard]] bool has_room() const { return buffer_.size() < kMaxBuffer; }
  void add(const Entry &entry);
  bool flush(std::string &why);
  // Closes the file for delivery and begins the next one, unless nothing is in it.
  bool seal(std::string &why);
  [[nodiscard]] std::uint64_t entries() const { return entries_; }
  [[nodiscard]] std::uint64_t bytes() const { return written_ + buffer_.size(); }

  // The sinks' part. The oldest full file from that number on; waits for one up to `patience`.
  std::optional<Batch> next(std::uint64_t number, std::chrono::milliseconds patience);
  // All full files from that number on.
  std::vector<Batch> from(std::uint64_t number);
  Waiting waiting(std::uint64_t number);
  // There is such a sink, which needs files from this number on: to be said of all of them before
  // the first needs().
  void expect(const std::string &sink, std::uint64_t number);
  // It needs files from this number on. What none needs goes.
  void needs(const std::string &sink, std::uint64_t number);
  // Ends all waiting in next().
  void stop();

private:
  static constexpr std::size_t kMaxBuffer = std::size_t{8} << 20;

  bool take_up(const std::map<std::uint64_t, std::string> &torn, std::string &why);
  bool hand_over(const std::string &path, std::uint64_t number, std::uint64_t entries,
                 std::string &why);
  bool hand_over_full(std::string &why);
  bool begin_file(const Source &source, const std::vector<Place> &places, std::string &why);
  bool write_out(std::string &why);

  std::string folder_;
  int lock_ = -1;

  int file_ = -1;
  std::string path_;
  std::uint64_t number_ = 0; // of the open file
  std::uint64_t written_ = 0;
  std::atomic<std::uint64_t> entries_{0}; // the filling thread's alone, but read by others
  std::vector<std::uint8_t> buffer_;
  std::optional<Beginning> filling_; // its places move with what is added
  struct Full {
    std::string path;
    std::uint64_t number, entries;
  };
  std::optional<Full> full_; // could not be handed over so far

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::uint64_t, Batch> batches_;
  std::map<std::string, std::uint64_t> needs_;
  bool stopped_ = false;
};

} // namespace handspan::spool
