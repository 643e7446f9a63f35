#include "model.h"

#include "handspan/common/exit_codes.h"
#include "shm/process.h"

#include <algorithm>
#include <utility>

namespace handspan::app {

namespace {

// At one refresh, of each worker: keys are answered meanwhile.
constexpr std::uint64_t kMostRecords = 50'000;

} // namespace

int TopModel::open() {
  selection_options_ = from_.selection;
  selection_ = std::make_unique<Selection>();
  if (const int code = selection_->prepare(selection_options_, style_); code != kOk)
    return code;
  if (const int code = rings_.attach(from_.segment); code != kOk)
    return code;
  rings_.be_quiet();
  if (!begin()) {
    complain("the daemon (version " + reader().info().version +
             ") does not sum up what it sees: restart it in this program's version");
    return kFault;
  }
  return kOk;
}

// With a segment that was just attached, or another filter.
bool TopModel::begin() {
  probe_ = reader().probe();
  failures_.clear();
  failed_.clear();
  for (std::uint32_t worker = 0; worker < reader().workers(); ++worker)
    if (auto cursor = reader().failures(worker, shm::Start::oldest))
      failed_.push_back(*cursor);
  wanted_.reset();
  sums_ = is_filtered() ? std::make_unique<RecordSums>() : nullptr;
  all_ = std::make_unique<summary::Merged>();
  return take_summaries(reader(), *all_);
}

std::size_t TopModel::refresh() {
  if (reader().status(shm::monotonic_now(), kStallAfter).replaced &&
      rings_.attach(from_.segment) == kOk)
    (void)begin();
  auto sums = std::make_unique<summary::Merged>();
  if (take_summaries(reader(), *sums))
    all_ = std::move(sums);
  if (sums_ != nullptr)
    take_records();
  return take_failures();
}

void TopModel::take_records() {
  for (std::size_t worker = 0; worker < rings_.workers(); ++worker)
    rings_.drain(
        worker, kMostRecords,
        [this](const record::Record &record) {
          if (selection_->wants(record))
            sums_->add(record);
        },
        [] { return true; });
  wanted_ = std::make_unique<summary::Merged>();
  wanted_->add(std::make_unique<summary::Block>(sums_->look()));
}

// Of several workers, and at the end of a daemon, they do not come in the order of time.
std::size_t TopModel::take_failures() {
  std::vector<std::pair<base::Nanos, std::vector<std::uint8_t>>> come;
  for (shm::RingCursor &cursor : failed_)
    for (std::uint64_t i = 0; i < kMostRecords; ++i) {
      const shm::Poll got = cursor.poll(*record_);
      if (got.kind == shm::Poll::Kind::nothing)
        break;
      if (got.kind == shm::Poll::Kind::lost)
        continue;
      record_->probe = probe_;
      if (sums_ != nullptr && !selection_->wants(*record_))
        continue;
      const std::size_t bytes = record::pack(*record_, *room_);
      come.emplace_back(record_->last,
                        std::vector<std::uint8_t>(room_->data(), room_->data() + bytes));
    }
  std::stable_sort(come.begin(), come.end(),
                   [](const auto &a, const auto &b) { return a.first < b.first; });
  for (auto &[when, packed] : come)
    failures_.push_front(std::move(packed));
  if (failures_.size() > kMostFailures)
    failures_.resize(kMostFailures);
  return come.size();
}

const record::Record &TopModel::failure(std::size_t place) {
  (void)record::unpack(failures_.at(place), *record_);
  return *record_;
}

bool TopModel::set_filter(const std::string &text, std::string &fault) {
  if (!text.empty()) {
    filter::Fault found;
    const filter::Clock clock{shm::wall_now(), style_.local};
    if (filter::Filter::compile(text, clock, style_.language, found) == nullptr) {
      fault = filter::shown(found, text);
      return false;
    }
  }
  selection_options_.filter = text;
  auto selection = std::make_unique<Selection>();
  if (selection->prepare(selection_options_, style_) != kOk) // it was judged before
    return false;
  selection_ = std::move(selection);
  (void)rings_.attach(from_.segment);
  (void)begin();
  (void)refresh();
  return true;
}

} // namespace handspan::app
