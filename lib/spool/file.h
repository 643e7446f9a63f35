// One file of a spool: what was taken out of the rings of one daemon, in the order in which it was
// taken, and how far that had come when the file was begun.
//
//   Head      one; then a Place for each worker
//   Entry     EntryHead and so many bytes; again and again
//
// A file that ends in the middle of an entry, or whose end does not agree with its checksum, is one
// whose writer was killed: it is good up to there. Numbers are in the machine's byte order; the
// folder does not leave the machine.
#pragma once

#include "base/bytes.h"
#include "base/time.h"

#include <cstdint>
#include <string>
#include <vector>

namespace handspan::spool {

// Where a reader of a worker's ring stands (shm::RingCursor).
struct Place {
  std::uint64_t place = 0, number = 0;
  bool operator==(const Place &) const = default;
};

// One start of one daemon: its rings begin at nothing.
struct Source {
  std::uint64_t id = 0;     // never the same for two starts
  std::uint64_t layout = 0; // how its entries are packed
  base::Nanos start_time = 0;
  char instance[40] = {};
  char probe[72] = {}; // the machine
};

enum class Kind : std::uint8_t { record, minute };

struct Entry {
  Kind kind = Kind::record;
  std::uint8_t worker = 0;
  Place after; // where its reader stood then; of a minute nothing
  base::Bytes payload;
};

inline constexpr std::size_t kMaxWorkers = 256;
inline constexpr std::size_t kMaxPayload = std::size_t{1} << 20;
inline constexpr std::uint64_t kMaxFile = std::uint64_t{1} << 30;

struct Beginning {
  std::uint64_t number = 0; // of the file
  Source source;
  std::vector<Place> places; // by worker
};

// Bytes as they stand in a file.
void put(const Beginning &beginning, std::vector<std::uint8_t> &to);
void put(const Entry &entry, std::vector<std::uint8_t> &to);

// Goes through a file. What it gives lies in the reader.
class FileReader {
public:
  // False: `why` says it. It is gone or none of a spool's then (is_damaged()), or can't be read
  // now.
  bool open(const std::string &path, std::string &why);
  [[nodiscard]] bool is_damaged() const { return damaged_; }
  [[nodiscard]] const Beginning &beginning() const { return beginning_; }
  // False at the end of what is good.
  bool next(Entry &entry);
  // How many bytes were good so far.
  [[nodiscard]] std::size_t good() const { return at_; }

private:
  bool read_beginning();

  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool damaged_ = false;
  Beginning beginning_;
};

// Where the readers stand at the end of a file that may have been torn off. True if it holds
// anything.
struct Ending {
  std::vector<Place> places;
  std::uint64_t entries = 0;
  std::size_t good = 0; // bytes
};
Ending ending_of(FileReader &reader);

} // namespace handspan::spool
