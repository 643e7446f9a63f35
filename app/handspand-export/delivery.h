// One sink's way through the spool: batch after batch, each until it has arrived, or until the
// sink's share of the spool is used up. A thread of its own, so that no sink waits for another.
#pragma once

#include "config.h"
#include "selection.h"
#include "sink.h"
#include "spool/spool.h"
#include "spool/state.h"
#include "tally.h"

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace handspan::exporter {

class Delivery {
public:
  Delivery(SinkConfig config, const std::string &folder, spool::Spool &spool, SinkTally &tally);
  ~Delivery();
  Delivery(const Delivery &) = delete;
  Delivery &operator=(const Delivery &) = delete;

  void start();
  // What is in the spool is tried once more. Returns when the thread has ended.
  void stop();

private:
  void run();
  bool turn(); // false: nothing to do
  bool prepare(std::string &why);
  bool choose(base::Nanos now);
  bool try_once(std::string &why);
  struct Handed { // entries of a batch
    std::uint64_t rows = 0, passed = 0, unreadable = 0;
    std::vector<std::string> losses; // to be told when the batch has arrived
  };
  bool hand_over(const spool::Batch &file, Handed &handed, std::string &why);
  std::uint64_t hand_over_entries(Handed &handed);
  bool unpack(const spool::Entry &entry, const formats::Origin &origin);
  void make_room();
  void needs_from(std::uint64_t number);
  void pause(base::Nanos length);

  SinkConfig config_;
  Selection selection_;
  std::string state_path_;
  spool::Spool &spool_;
  SinkTally &tally_;
  spool::SinkState state_;
  spool::FileReader reader_;                // its memory is used again
  std::optional<spool::SinkState> arrived_; // to be stored before anything else
  bool open_ = false, again_ = false;
  base::Nanos pause_ = 0;
  std::unique_ptr<record::Record> record_ = std::make_unique<record::Record>();
  std::unique_ptr<summary::Cell> minute_ = std::make_unique<summary::Cell>();
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

} // namespace handspan::exporter
