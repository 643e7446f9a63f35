// The exporter's spool. Input: one byte says what the rest is.
//
// Even: three files of a folder, each behind its length (2): one that was being filled, a full one,
// how far a sink was. What was left behind is taken up, and the spool works.
//
// Odd: a script. A reader goes through two rings and puts what it finds into the spool, a sink
// takes it out, system calls fail, processes are killed: everything arrives, once, in order.
#include "base/reader.h"
#include "failing_calls.h"
#include "spool/spool.h"
#include "spool/state.h"
#include "use.h"

#include "../unit/temporary_folder.h"

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace handspan;
using fuzz::require;

constexpr std::chrono::milliseconds kNow(0);
constexpr std::size_t kRings = 2;

class Play {
public:
  explicit Play(base::Reader script) : script_(script) {
    start();
    for (int steps = 0; !script_.empty() && steps < 300; ++steps)
      step();
    finish();
  }

private:
  //   step = what (1) | argument (1)
  void step() {
    const std::uint8_t what = script_.u8(), argument = script_.u8();
    switch (what % 8) {
    default:
      return read(argument);
    case 3:
      return (void)told(spool_->flush(why_));
    case 4:
      return (void)told(spool_->seal(why_));
    case 5:
      return deliver();
    case 6:
      return fuzz::fail(argument % 2 != 0 ? fuzz::Failing::all : fuzz::Failing::one, argument / 2);
    case 7: // killed; who starts it again may find the disk as full as it was
      if (argument % 2 != 0)
        fuzz::fail(fuzz::Failing::none, 0);
      return start();
    }
  }

  // Goes on behind what the spool remembers, as after a kill.
  void start() {
    spool_ = std::make_unique<spool::Spool>();
    if (!told(spool_->open(folder_.path(), why_)) || !begin()) {
      fuzz::fail(fuzz::Failing::none, 0);
      spool_ = std::make_unique<spool::Spool>();
      require(spool_->open(folder_.path(), why_) && begin());
    }
    spool_->expect("sink", next_);
  }

  bool begin() {
    std::vector<spool::Place> places(kRings);
    if (spool_->last())
      places = spool_->last()->places;
    require(places.size() == kRings);
    for (std::size_t ring = 0; ring < kRings; ++ring)
      read_[ring] = places[ring].number;
    spool::Source source;
    source.id = 1;
    return told(spool_->begin(source, places, why_));
  }

  void read(std::uint8_t argument) {
    if (!spool_->has_room())
      return;
    const std::uint8_t ring = argument % kRings;
    const std::uint64_t number = ++read_[ring];
    const std::vector<std::uint8_t> payload(argument, static_cast<std::uint8_t>(number));
    spool_->add({spool::Kind::record, ring, {8 * number, number}, payload});
  }

  void deliver() {
    const auto batch = spool_->next(next_, kNow);
    spool::FileReader file;
    if (!batch || !told(file.open(batch->path, why_)))
      return;
    std::uint64_t entries = 0;
    for (spool::Entry entry; file.next(entry); ++entries) {
      require(entry.worker < kRings);
      require(entry.after.number == ++arrived_[entry.worker]);
      for (const std::uint8_t byte : entry.payload)
        require(byte == static_cast<std::uint8_t>(entry.after.number));
    }
    require(entries == batch->entries);
    next_ = batch->number + 1;
    spool_->needs("sink", next_);
  }

  // The disk has room again.
  void finish() {
    fuzz::fail(fuzz::Failing::none, 0);
    require(spool_->flush(why_) && spool_->seal(why_));
    for (std::uint64_t before = ~next_; before != next_;) {
      before = next_;
      deliver();
    }
    require(arrived_ == read_);
    require(spool_->waiting(next_).entries == 0);
  }

  // What fails says why; and what says nothing has no call that failed behind it.
  bool told(bool good) {
    require(good || (!why_.empty() && fuzz::failures() > 0));
    return good;
  }

  base::Reader script_;
  test::TemporaryFolder folder_;
  std::unique_ptr<spool::Spool> spool_;
  std::string why_;
  std::array<std::uint64_t, kRings> read_{}, arrived_{}; // entries of each ring so far
  std::uint64_t next_ = 0;                               // file that the sink wants
};

void take_up(base::Reader in) {
  const test::TemporaryFolder folder;
  for (const char *name : {"7.open", "5-3.batch", "sink.state"})
    folder.write(name, std::string(base::text_of(in.vector16().rest())));
  std::string why;
  spool::SinkState state;
  (void)spool::load(folder / "sink.state", state);
  require(spool::store(folder / "sink.state", state, why));
  spool::Spool spool;
  require(spool.open(folder.path(), why));
  if (spool.last())
    require(spool.last()->places.size() <= spool::kMaxWorkers);
  spool::FileReader file;
  for (const spool::Batch &batch : spool.from(0))
    if (file.open(batch.path, why))
      require(spool::ending_of(file).good <= batch.bytes);
  require(spool.begin({}, {{0, 0}}, why));
  spool.add({spool::Kind::minute, 0, {}, {}});
  require(spool.seal(why) && spool.next(8, kNow)->entries == 1);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  base::Reader in({data, size});
  if (in.u8() % 2 != 0)
    const Play play(in);
  else
    take_up(in);
  return 0;
}
