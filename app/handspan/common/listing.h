// A list of records: which form, which order, how many. What `read` and `log` have in common.
#pragma once

#include "capture_run.h"
#include "commands.h"
#include "fact_buffer.h"
#include "look.h"
#include "output.h"
#include "printer.h"
#include "record/packed.h"
#include "render/fields.h"
#include "segment.h"
#include "selection.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

namespace handspan::app {

struct ListingOptions {
  bool json = false, csv = false, oneline = false, eve = false;
  std::string zeek; // the folder of Zeek's logs
  std::shared_ptr<ZeekFiles> zeek_files = std::make_shared<ZeekFiles>(); // one set for all captures
  std::string fields;                                                    // columns of the CSV
  std::string sort;                                                      // "tls.sni", "-duration"
  std::uint64_t most = 0;
};

void add_listing_options(const Command &command, ListingOptions &options);

// Of the verbs that sum records up, those of capture files or of a daemon.
struct TotalsOptions {
  SegmentOptions segment;
  CaptureOptions capture;
  SelectionOptions selection;
  LookOptions look;
  std::uint64_t most = 0;
  bool json = false, csv = false;
};

void add_totals_options(const Command &command, TotalsOptions &options);

class Listing {
public:
  enum class Keep : std::uint8_t { first, last }; // which ones -n keeps where no order is asked for
  static constexpr std::size_t kMaxBytes = std::size_t{512} << 20;

  Listing(ListingOptions options, Keep keep, const render::Style &style, Output &output)
      : options_(std::move(options)), keep_(keep), style_(style), output_(output) {}

  // `otherwise` is the form where the options ask for none. An exit status other than kOk: it was
  // said why.
  int prepare(Printer::Form otherwise, FactBuffer *facts = nullptr);
  [[nodiscard]] Printer &printer() { return *printer_; }
  [[nodiscard]] bool for_people() const {
    return !options_.json && !options_.csv && !options_.eve && options_.zeek.empty();
  }

  // A record, and its number in a file (0: it has none).
  void add(const record::Record &record, std::uint64_t number);
  // Prints what waits for the end.
  void finish();
  // Since the beginning.
  [[nodiscard]] std::uint64_t printed() const { return printed_; }
  [[nodiscard]] bool left_some_out() const { return left_out_; }

private:
  struct Kept {
    bool known = false; // the value that the order goes by
    std::uint64_t key = 0;
    std::string text;
    std::uint64_t number = 0, place = 0;
    std::vector<std::uint8_t> packed;
    record::Retry retry; // is not packed
  };

  [[nodiscard]] bool waits() const {
    return by_ != nullptr || (options_.most > 0 && keep_ == Keep::last);
  }
  [[nodiscard]] Kept kept(const record::Record &record, std::uint64_t number);
  [[nodiscard]] bool before(const Kept &a, const Kept &b) const;
  void print(const record::Record &record, std::uint64_t number);

  ListingOptions options_;
  Keep keep_;
  render::Style style_;
  Output &output_;
  std::unique_ptr<Printer> printer_;
  const render::FieldInfo *by_ = nullptr;
  bool down_ = false;     // the largest first
  std::deque<Kept> kept_; // a heap if there is an order: on top what would come last
  std::size_t bytes_ = 0;
  std::uint64_t printed_ = 0, places_ = 0;
  bool left_out_ = false;
  std::unique_ptr<record::PackRoom> room_ = std::make_unique_for_overwrite<record::PackRoom>();
};

} // namespace handspan::app
